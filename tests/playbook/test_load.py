from pathlib import Path

import pytest

from diag.errors import PlaybookError
from diag.playbook import load as loading
from diag.playbook.load import load
from tests.playbook.samples import write

TEXT = """
schema: mondiag/v1
id: {id}
title: {title}
severity: low
subject: container
match: {{all: [{{container: {{ready: false}}}}]}}
causes: [{{id: a, title: A, meaning: It is so.}}]
"""


@pytest.fixture(autouse=True)
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built-in folder and one of the user, both of the test's own."""
    for name in ("playbooks", "config/mondiag/playbooks", "given"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(loading, "built_in", lambda: tmp_path / "playbooks")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def text(id: str, title: str = "T") -> str:
    return TEXT.format(id=id, title=title)


def test_a_later_file_takes_the_place_of_an_earlier_one(homes: Path) -> None:
    write(homes / "playbooks", a=text("a", "built in"), b=text("b", "built in"), c=text("c", "built in"))
    write(homes / "config/mondiag/playbooks", b=text("b", "own"), c=text("c", "own"))
    write(homes / "given", c=text("c", "given"))
    found = load([homes / "given"])
    assert [(playbook.id, playbook.title, playbook.built_in) for playbook in found] == [
        ("a", "built in", True),
        ("b", "own", False),
        ("c", "given", False),
    ]
    assert found[0].file == "playbooks/a.yaml"
    assert found[2].file == str(homes / "given/c.yaml")


def test_the_users_folder_need_not_exist_but_a_named_one_must(homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(homes / "absent"))
    assert load() == ()
    with pytest.raises(PlaybookError, match="there is no such directory with playbooks"):
        load([homes / "absent"])


def test_all_faults_of_all_files_are_raised_at_once(homes: Path) -> None:
    write(homes / "playbooks", a=text("a").replace("low", "lowest"), b=text("other"))
    (homes / "playbooks/sub").mkdir()
    write(homes / "playbooks", c=text("c"))
    write(homes / "playbooks/sub", c=text("c"))
    write(homes / "given", d="a: [")
    with pytest.raises(PlaybookError) as raised:
        load([homes / "given"])
    assert raised.value.faults == (
        "playbooks/a.yaml:4: 'severity' is one of critical, high, medium, low, info; did you mean 'low'?",
        "playbooks/b.yaml:2: id 'other' must equal the file's name 'b'",
        "playbooks/sub/c.yaml:2: 'c' is also in playbooks/c.yaml",
        f"{homes}/given/d.yaml:2: is not YAML: did not find expected node content",
    )


def test_tests_beside_playbooks_are_no_playbooks(homes: Path) -> None:
    write(homes / "playbooks", a=text("a"), a__test="playbook: a")
    assert [playbook.id for playbook in load()] == ["a"]
    assert [file.name for file in loading.tests(homes / "playbooks")] == ["a.test.yaml"]


def test_the_playbooks_that_come_with_the_program_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert len(loading.load_directory(loading.built_in(), [])) >= 10
