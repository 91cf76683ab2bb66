"""The page for authors is gone through as a newcomer would: its files are written, its commands run."""

import re
import shlex
from pathlib import Path

import pytest

from diag.cli.main import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "writing-playbooks.md"
STEP = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n|<!-- change: (?P<changed>\S+): (?P<old>.*) -> (?P<new>.*) -->\n)?"
    r"```(?P<kind>yaml|console)\n(?P<text>.*?)```",
    re.S,
)


def test_the_page_can_be_followed_word_for_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    steps = list(STEP.finditer(PAGE.read_text(encoding="utf-8")))
    assert [step["kind"] for step in steps] == ["console", "console", "yaml", "console", "yaml", "console", "console"]
    for step in steps:
        if step["changed"]:
            text = Path(step["changed"]).read_text(encoding="utf-8")
            Path(step["changed"]).write_text(text.replace(step["old"], step["new"]), encoding="utf-8")
        if step["kind"] == "yaml":
            Path(step["file"]).write_text(step["text"], encoding="utf-8")
        else:
            assert transcript(step["text"], capsys) == step["text"]


def transcript(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a terminal shows of the commands in a block."""
    shown = ""
    for line in text.splitlines():
        if line.startswith("$ mondiag "):
            main(shlex.split(line)[2:])
            shown += f"{line}\n" + "".join(capsys.readouterr())
    return shown
