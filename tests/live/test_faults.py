"""Each fault must be told by its cause, and nothing else is to be told of."""

from typing import Any

import pytest

from tests.live.conftest import report, until
from tests.live.expected import EXPECTED, told

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("lab")]


@pytest.mark.parametrize(("place", "causes"), EXPECTED.items())
def test_each_fault_is_told_by_its_cause(admin: dict[str, Any], place: str, causes: list[str]) -> None:
    assert told(admin).get(place) == causes


def test_nothing_else_is_told(admin: dict[str, Any]) -> None:
    assert {place: causes for place, causes in told(admin).items() if place not in EXPECTED} == {}


@pytest.mark.usefixtures("admin")
def test_a_reader_is_told_the_same() -> None:
    seen = report(until(EXPECTED, 60.0, "--as", "reader"))  # the runtime may drop a log just when it is read
    assert told(seen) == EXPECTED
