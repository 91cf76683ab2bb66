"""What is mended is told of no more, within a minute and without a word on how it was."""

from typing import Any

import pytest

from tests.live.conftest import kubectl, report, until
from tests.live.expected import EXPECTED, told

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("lab")]

PATIENCE = 60.0  # seconds
CONTAINER = "/spec/template/spec/containers/0"


def replace(path: str, value: str) -> str:
    """A JSON patch that replaces a value, itself written as JSON; without blanks."""
    return f'--patch=[{{"op":"replace","path":"{path}","value":{value}}}]'


SLEEP = replace(f"{CONTAINER}/command", '["sleep","3600"]')
PROBED = replace(f"{CONTAINER}/readinessProbe/httpGet/port", "8080")
BACKEND = replace("/spec/rules/0/http/paths/0/backend/service/name", '"web"')

# What mends faults: the arguments of kubectl, by their places.
MENDS = {
    ("faults-config/a", "faults-config/b", "faults-config/c"): "-n faults-config create configmap shared",
    ("faults-start/typo",): f"-n faults-start patch deployment typo --type=json {SLEEP}",
    ("faults-crash/exit1",): f"-n faults-crash patch deployment exit1 --type=json {SLEEP}",
    ("faults-probes/port",): f"-n faults-probes patch deployment port --type=json {PROBED}",
    ("faults-scheduling/label",): "label node lab-node disktype=sdd",
    ("faults-scheduling/apart",): "-n faults-scheduling scale deployment apart --replicas=1",
    ("faults-services/nowhere",): f"-n faults-services patch ingress nowhere --type=json {BACKEND}",
    ("faults-services/labels",): "-n faults-services set selector service labels app=web",
    ("faults-workloads/held",): '-n faults-workloads patch pod held --patch={"metadata":{"finalizers":null}}',
    ("faults-workloads/migrate",): "-n faults-workloads delete job migrate",
    ("faults/roll",): "-n faults rollout undo deployment/roll",
}
MENDED = {place for places in MENDS for place in places}


@pytest.fixture(scope="module")
def afterwards(admin: dict[str, Any]) -> dict[str, list[str]]:
    """What is told once nothing of the mended is, or once patience ends."""
    for command in MENDS.values():
        kubectl(*command.split())
    left = {place: causes for place, causes in EXPECTED.items() if place not in MENDED}
    return told(report(until(left, PATIENCE)))


@pytest.mark.parametrize("place", sorted(MENDED))
def test_the_mended_is_told_of_no_more(afterwards: dict[str, list[str]], place: str) -> None:
    assert place not in afterwards


def test_the_rest_is_told_as_before(afterwards: dict[str, list[str]]) -> None:
    assert afterwards == {place: causes for place, causes in EXPECTED.items() if place not in MENDED}
