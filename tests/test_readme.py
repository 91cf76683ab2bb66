"""What the README says is what the program does."""

import re
from pathlib import Path

from diag.cli.main import EPILOG, main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_the_pictures_are_those_that_the_session_draws(tmp_path: Path) -> None:
    assert main(["demo", "--pictures", str(tmp_path)]) == 0
    fresh = {file.name: file.read_text() for file in tmp_path.iterdir()}
    assert fresh == {file.name: file.read_text() for file in (ROOT / "docs" / "pictures").iterdir()}


def test_the_exit_codes_are_those_of_the_help() -> None:
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.M)}
    assert said == {int(code) for code in re.findall(r"^  (\d+) +\w", EPILOG, re.M)}


def test_every_file_that_is_linked_is_there() -> None:
    for target in re.findall(r"\]\(([\w./-]+)\)", README):
        assert (ROOT / target).exists(), target


def test_each_command_of_the_readme_is_one_line_from_a_fresh_clone() -> None:
    commands = re.findall(r"<!-- (?:demo|tests) -->\n```sh\n(.*?)\n```", README, re.S)
    assert len(commands) == 2
    assert all("\n" not in command and command.startswith("python3 -m venv") for command in commands)
