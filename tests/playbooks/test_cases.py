import pytest

from diag.playbook.cases import Case
from diag.playbook.check import check
from diag.playbook.load import built_in, load_directory
from diag.runner import cases, try_case

CASES = cases([built_in()])
PLAYBOOKS = load_directory(built_in(), [])


def test_the_built_in_playbooks_hold_together() -> None:
    assert check() == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.playbook}: {case.name}")
def test_a_playbook_finds_what_its_case_expects(case: Case) -> None:
    result = try_case(case, PLAYBOOKS)
    assert result.ok, f"{result.place}\n{result.message}"
