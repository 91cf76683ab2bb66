"""Finding and loading playbooks: built in, then the user's own, then those named on the command line."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from diag.errors import PlaybookError
from diag.playbook.build import Builder
from diag.playbook.format import Playbook
from diag.playbook.source import Source, read

_PLACE = re.compile(r":(\d+): ")
TEST_SUFFIX = ".test.yaml"


def built_in() -> Path:
    """The folder of the playbooks that come with the program: inside the wheel, or at the top of a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_playbooks"
    return installed if installed.is_dir() else package.parent / "playbooks"


def own() -> Path:
    """The folder of the user's playbooks (XDG base directory specification); it need not exist."""
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "mondiag" / "playbooks"


def files(directory: Path) -> Iterator[Path]:
    """The playbook files below a directory, in order; tests beside them and the schema folder are not among them."""
    for file in sorted(directory.rglob("*.yaml")):
        if not file.name.endswith(TEST_SUFFIX):
            yield file


def tests(directory: Path) -> Iterator[Path]:
    """The files of tests below a directory, in order."""
    yield from sorted(directory.rglob(f"*{TEST_SUFFIX}"))


def shown(file: Path) -> str:
    """A file as faults and reports name it: below `playbooks/` when it came with the program."""
    return f"playbooks/{file.relative_to(built_in())}" if file.is_relative_to(built_in()) else str(file)


def load(directories: Sequence[Path] = ()) -> tuple[Playbook, ...]:
    """All playbooks by id. A later file with the same id replaces the earlier one.

    Raises PlaybookError with every fault when any file does not hold together, or when a named directory is missing.
    """
    found: dict[str, Playbook] = {}
    faults: list[str] = []
    for directory in (built_in(), own(), *directories):
        if not directory.is_dir():
            if directory in directories:
                faults.append(f"{directory}: there is no such directory with playbooks")
            continue
        for playbook in load_directory(directory, faults):
            found[playbook.id] = playbook
    if faults:
        raise PlaybookError(tuple(faults))
    return tuple(sorted(found.values(), key=lambda playbook: playbook.id))


def load_directory(directory: Path, faults: list[str]) -> list[Playbook]:
    """The playbooks of one directory; what is wrong with the others is added to `faults`."""
    return [playbook for _, playbook in read_directory(directory, faults)]


def read_directory(directory: Path, faults: list[str]) -> list[tuple[Source, Playbook]]:
    """The playbooks of one directory, each with the source it was built from; faults as in `load_directory`."""
    inside = directory == built_in()
    found: dict[str, tuple[Source, Playbook]] = {}
    for file in files(directory):
        source = read(file, shown(file))
        builder = Builder(source, inside)
        playbook = builder.build()
        faults += sorted(builder.faults, key=_line)
        if playbook is None:
            continue
        if playbook.id != file.stem:
            faults.append(source.fault(("id",), f"id '{playbook.id}' must equal the file's name '{file.stem}'"))
        elif playbook.id in found:
            faults.append(source.fault(("id",), f"'{playbook.id}' is also in {found[playbook.id][1].file}"))
        else:
            found[playbook.id] = source, playbook
    return list(found.values())


def _line(fault: str) -> int:
    """The line in `file:line: …`."""
    found = _PLACE.search(fault)
    return int(found[1]) if found else 0
