"""What is wrong with playbooks and the tests beside them: every fault at once, as `file:line: what; what to write`."""

import re
from collections.abc import Sequence
from pathlib import Path

from diag.model.near import hint
from diag.playbook.cases import Case, read_cases
from diag.playbook.format import Playbook
from diag.playbook.load import TEST_SUFFIX, built_in, load_directory, own, read_directory, shown, tests
from diag.playbook.rules import RULES, Known

_PLACE = re.compile(r"(.*?):(\d+): ")


def check(directories: Sequence[Path] = ()) -> list[str]:
    """The faults of all playbooks and tests below the directories, or of the built-in ones where none is named.

    Playbooks may speak of built-in ones and of the user's own, whose faults are not looked for.
    """
    faults = [f"{where}: there is no such directory with playbooks" for where in directories if not where.is_dir()]
    targets = [where for where in directories or [built_in()] if where.is_dir()]
    read = [found for where in targets for found in read_directory(where, faults)]
    known = Known(_elsewhere(targets) | {playbook.id: playbook for _, playbook in read}, _cases(targets, faults))
    faults += _test_faults(targets, known)
    for source, playbook in read:
        faults += [source.fault(path, text) for rule in RULES for path, text in rule(playbook, known)]
    return sorted(dict.fromkeys(faults), key=_place)


def _elsewhere(targets: list[Path]) -> dict[str, Playbook]:
    others = [where for where in (built_in(), own()) if where.is_dir() and where not in targets]
    return {playbook.id: playbook for where in others for playbook in load_directory(where, [])}


def _cases(targets: list[Path], faults: list[str]) -> dict[str, list[Case] | None]:
    """The cases by the id that their file is named after; None for a file that could not be read wholly."""
    found: dict[str, list[Case] | None] = {}
    for where in targets:
        for file in tests(where):
            before = len(faults)
            cases = read_cases(file, shown(file), faults)
            found[file.name.removesuffix(TEST_SUFFIX)] = cases if len(faults) == before else None
    return found


def _test_faults(targets: list[Path], known: Known) -> list[str]:
    faults = []
    for where in targets:
        for file in tests(where):
            name = file.name.removesuffix(TEST_SUFFIX)
            if name not in known.playbooks and not file.with_name(f"{name}.yaml").exists():
                faults.append(f"{shown(file)}:1: there is no playbook '{name}'{hint(name, known.playbooks)}")
    for name, cases in known.cases.items():
        for case in cases or ():
            faults += _case_faults(name, case, known)
    return faults


def _case_faults(name: str, case: Case, known: Known) -> list[str]:
    place = f"{case.file}:{case.line}"
    if case.playbook != name:
        return [f"{case.file}:1: 'playbook' must equal the file's name '{name}', not '{case.playbook}'"]
    if name not in known.playbooks:
        return []
    ids = [cause.id for cause in known.playbooks[name].causes]
    unknown = [expected.cause for expected in case.findings if expected.cause not in ids]
    return [f"{place}: {name} has no cause '{cause}'{hint(cause, ids)}" for cause in unknown]


def _place(fault: str) -> tuple[str, int]:
    found = _PLACE.match(fault)
    return (found[1], int(found[2])) if found else (fault, 0)
