from typing import Any

import pytest

from diag.facts import endings
from tests.facts.pod_samples import ago, index


def pod(**status: Any) -> dict[str, Any]:
    return {"metadata": {"name": "once", "namespace": "shop"}, "status": {"phase": "Failed", **status}}


def ended(seconds: float) -> dict[str, Any]:
    state = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": ago(seconds)}}
    return {"containerStatuses": [{"name": "app", "state": state}]}


@pytest.mark.parametrize(
    ("status", "wanted"), [(ended(25 * 3600), True), (ended(23 * 3600), False), (ended(0), False), ({}, False)]
)
def test_only_an_end_that_is_known_to_be_old_was_long_ago(status: dict[str, Any], wanted: bool) -> None:
    found = index(pods=[pod(**status)])
    assert endings.long_ago(found, found.snapshot.all("pods")[0]) is wanted
