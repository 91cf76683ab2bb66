import json
from pathlib import Path

import pytest

from diag.cli.main import main
from diag.playbook.load import load
from tests.cli.run import mondiag

# A case whose expectation is wrong.
TEST = """
playbook: image-pull
at: "2026-01-10T12:00:00Z"
cases:
  - name: nothing at all
    objects: []
    expect: {cause: image-not-found}
"""


def test_list_has_a_line_for_each(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[playbook.id, playbook.severity] for playbook in load()]


def test_show_prints_the_file(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "show", "oom-killed"]) == 0
    assert capsys.readouterr().out == next(built_in.rglob("oom-killed.yaml")).read_text()


def test_show_finds_a_playbook_of_the_users_own(built_in: Path, tmp_path: Path) -> None:
    text = next(built_in.rglob("oom-killed.yaml")).read_text().replace("id: oom-killed", "id: mine", 1)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "mine.yaml").write_text(text)
    assert mondiag(tmp_path, "playbook", "show", "mine", "--playbooks", "more").stdout == text


def test_show_markdown_is_a_page(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "show", "oom-killed", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# ")


def test_check_prints_every_fault_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.yaml").write_text("schema: mondiag/v1\nid: y\n")
    assert main(["playbook", "check", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert f"{tmp_path}/x.yaml:" in out
    assert err == ""


def test_check_of_nothing_wrong_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "check", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_failing_case_is_shown_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "image-pull.test.yaml").write_text(TEST)
    assert main(["playbook", "test", str(tmp_path)]) == 2
    out = capsys.readouterr().out
    assert "image-pull: nothing at all\n  expected image-not-found\n" in out
    assert out.endswith("0 of 1 cases passed\n")


def test_passing_cases_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "image-pull.test.yaml").write_text(TEST.replace("{cause: image-not-found}", "none"))
    assert main(["playbook", "test", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 of 1 cases passed\n"


def test_schema_and_docs_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "schema"]) == 0
    assert "$schema" in json.loads(capsys.readouterr().out)
    assert main(["playbook", "docs"]) == 0
    assert "`last_exit.reason`" in capsys.readouterr().out


def test_the_page_of_alerts_is_printed(built_in: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "docs", "--alerts"]) == 0
    assert "## KubePodCrashLooping\n" in capsys.readouterr().out


def test_pages_are_written(built_in: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook", "docs", "--pages", str(tmp_path / "pages")]) == 0
    assert {file.stem for file in (tmp_path / "pages").iterdir()} == {playbook.id for playbook in load()}
    assert capsys.readouterr().err == f"wrote {len(load())} pages into {tmp_path}/pages\n"


def test_new_writes_files_that_can_be_tried_at_once(tmp_path: Path) -> None:
    made = mondiag(tmp_path, "playbook", "new", "mine", "--family", "our-own", "--dir", "more books")
    assert made.stdout.splitlines() == ["more books/our-own/mine.yaml", "more books/our-own/mine.test.yaml"]
    command = "mondiag playbook check 'more books/our-own'; mondiag playbook test 'more books/our-own'"
    assert made.stderr == f"now change both, and try: {command}\n"
    assert mondiag(tmp_path, "playbook", "test", "more books").stdout == "2 of 2 cases passed\n"
    again = mondiag(tmp_path, "playbook", "new", "mine", "--dir", "more books/our-own")
    assert again.stderr == "mondiag: more books/our-own/mine.yaml is there already, and is not overwritten\n"
    assert again.returncode == 2


def test_alone_it_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["playbook"]) == 0
    assert capsys.readouterr().out.startswith("usage: mondiag playbook")


def test_a_bad_playbook_ends_a_scan_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.yaml").write_text("schema: mondiag/v1\nid: x\n")
    done = mondiag(tmp_path, "playbook", "list", "--playbooks", "more")
    assert done.returncode == 2
    assert all(line.startswith("mondiag: more/x.yaml:") for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()) > 1
