from pathlib import Path

import pytest

from diag.errors import UsageError
from diag.playbook.check import check
from diag.playbook.fields import SUBJECTS
from diag.playbook.load import load_directory
from diag.playbook.new import write_playbook
from diag.runner import run


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_new_playbook_holds_together_and_passes_its_test(tmp_path: Path, subject: str) -> None:
    files = write_playbook(tmp_path, "mine", subject)
    assert files == (tmp_path / "mine.yaml", tmp_path / "mine.test.yaml")
    assert check([tmp_path]) == []
    assert [(result.case, result.message) for result in run([tmp_path])] == [("a hit", ""), ("a near miss", "")]


def test_what_stands_in_comments_holds_together_too(tmp_path: Path) -> None:
    file, _ = write_playbook(tmp_path, "mine", "pod")
    lines = file.read_text(encoding="utf-8").splitlines()
    wanted = ("# not_when", "#   -", "# explains", "  # - id", "  #   ")
    shown = [line.replace("# ", "", 1) if line.startswith(wanted) else line for line in lines]
    assert shown != lines
    file.write_text("\n".join(shown), encoding="utf-8")
    faults: list[str] = []
    (playbook,) = load_directory(tmp_path, faults)
    assert faults == []
    assert playbook.not_when is not None
    assert [cause.id for cause in playbook.causes] == ["another-cause", "mine-unknown"]


def test_a_family_is_a_folder_and_a_tag(tmp_path: Path) -> None:
    file, test = write_playbook(tmp_path / "more", "mine", "claim", "storage")
    assert file.parent == test.parent == tmp_path / "more" / "storage"
    (playbook,) = load_directory(tmp_path, [])
    assert playbook.tags == ("storage",)


@pytest.mark.parametrize("there", ["mine.yaml", "mine.test.yaml"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("precious")
    with pytest.raises(UsageError, match=f"{there} is there already, and is not overwritten"):
        write_playbook(tmp_path, "mine", "pod")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(there, "precious")]


@pytest.mark.parametrize(
    ("id", "subject", "family", "told"),
    [
        ("Mine", "pod", "", "'Mine' cannot be the id of a playbook"),
        ("../mine", "pod", "", "'../mine' cannot be the id of a playbook"),
        ("mine", "pods", "", "--subject 'pods' is none of .*; did you mean 'pod'?"),
        ("mine", "pod", "../x", "--family '../x': use lower-case words"),
        ("oom-killed", "pod", "", "playbook 'oom-killed' comes with mondiag: choose another id"),
    ],
)
def test_a_name_that_makes_no_sense_is_an_error_of_usage(
    tmp_path: Path, id: str, subject: str, family: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        write_playbook(tmp_path, id, subject, family)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error_of_usage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"mine.yaml cannot be written: "):
        write_playbook(tmp_path / "file", "mine", "pod")
