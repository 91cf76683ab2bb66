import json
from typing import Any

import pytest

from diag.model.lean import PodDecoder
from diag.sources.phases import with_phase

FAILED = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-01-10T12:00:00Z"}}


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ({"containerStatuses": [{"name": "app", "state": FAILED}]}, "Running"),
        ({"containerStatuses": [{"name": "app", "state": {"waiting": {}}, "lastState": FAILED}]}, "Running"),
        ({"containerStatuses": [{"name": "app", "state": {"waiting": {}}}]}, "Pending"),
        ({"conditions": [{"type": "PodScheduled", "status": "False"}]}, "Pending"),
        ({"phase": "Failed", "containerStatuses": [{"name": "app", "state": FAILED}]}, "Failed"),
        ({}, ""),
    ],
)
def test_a_phase_that_was_left_out_shows_in_containers_and_conditions(status: dict[str, Any], phase: str) -> None:
    [pod] = PodDecoder().decode(json.dumps([{"metadata": {"name": "web"}, "status": status}]).encode())
    assert with_phase(pod).status.phase == phase
