import json
from typing import Any

import pytest

from diag.facts.scalers import condition
from diag.model.workloads import HorizontalPodAutoscaler
from tests.facts.pod_samples import index

KEPT = "autoscaling.alpha.kubernetes.io/conditions"
ACTIVE = {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric"}


def scaler(annotations: dict[str, str], *conditions: Any) -> HorizontalPodAutoscaler:
    raw = {"metadata": {"name": "web", "annotations": annotations}, "status": {"conditions": conditions}}
    found: HorizontalPodAutoscaler = index(horizontalpodautoscalers=[raw]).snapshot.all("horizontalpodautoscalers")[0]
    return found


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (scaler({}, ACTIVE), "FailedGetResourceMetric"),
        (scaler({KEPT: json.dumps([ACTIVE])}), "FailedGetResourceMetric"),
        (scaler({KEPT: json.dumps([{**ACTIVE, "reason": "Old"}])}, ACTIVE), "FailedGetResourceMetric"),
        (scaler({KEPT: "[{"}), None),
        (scaler({KEPT: '{"type": 1}'}), None),
        (scaler({KEPT: "null"}), None),
        (scaler({}), None),
    ],
)
def test_conditions_stand_in_the_status_or_in_an_annotation(found: HorizontalPodAutoscaler, reason: str | None) -> None:
    told = condition(found, "ScalingActive")
    assert (told.reason if told else None) == reason
