"""What is broken in the lab on purpose, and the cause that each fault must be told by."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FAULTS = Path(__file__).with_name("faults")

# The cause of each scenario of the lab, and those that are healthy.
SICK = {
    "crash-app-error": "dependency-unknown-host",
    "crash-command-not-found": "entrypoint-not-found",
    "hpa-no-metrics": "hpa-metrics-api-down",
    "image-name-invalid": "image-invalid-name",
    "image-registry-auth": "image-auth",
    "image-registry-unreachable": "image-registry-unreachable",
    "image-tag-missing": "image-not-found",
    "init-container-failing": "init-crashloop",
    "job-backoff-limit": "exit-2-usage",
    "liveness-failing": "liveness-status",
    "missing-configmap": "config-missing-configmap",
    "missing-secret-key": "config-missing-key",
    "oom-killed": "oom-container-limit",
    "oom-slow-leak": "oom-container-limit",
    "pdb-blocks": "pdb-forbids-all",
    "pvc-no-default-class": "pvc-no-default-class",
    "pvc-no-matching-pv": "pvc-static-no-match",
    "pvc-no-storageclass": "pvc-class-missing",
    "quota-exceeded": "quota-exceeded",
    "readiness-failing": "readiness-path-not-found",
    "rollout-stuck": "image-not-found",
    "service-selector-typo": "service-selector-mismatch",
    "unschedulable-cpu": "sched-insufficient-cpu",
    "unschedulable-nodeselector": "sched-node-selector",
    "unschedulable-taint": "sched-taint",
}
HEALTHY = ("healthy-deployment", "cronjob-suspended-ok", "pvc-wait-for-first-consumer")


def _written() -> Iterator[tuple[str, str]]:
    """Place and cause of each fault: the annotation `expect` of a namespace has lines of `NAME CAUSE`.

    The name is that of a workload or an object of the namespace, or /NAME for an object without a namespace.
    """
    for file in sorted(FAULTS.glob("*.yaml")):
        for one in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            for line in one["metadata"].get("annotations", {}).get("expect", "").splitlines():
                name, cause = line.split()
                yield name if name.startswith("/") else f"{one['metadata']['name']}/{name}", cause


EXPECTED: dict[str, list[str]] = {
    **{f"lab-{scenario}/": [cause] for scenario, cause in SICK.items()},
    **{place: [cause] for place, cause in _written()},
    "/lab-finalizer-stuck": ["namespace-finalizers-remaining"],
}


def told(report: dict[str, Any]) -> dict[str, list[str]]:
    """The causes that a report names, by the place of the fault; symptoms left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in report["findings"]:
        for member in finding["members"] if finding.get("symptom_of") is None else ():
            found[_place(member)].add(finding["cause"])
    return {place: sorted(causes) for place, causes in found.items()}


def _place(member: dict[str, str]) -> str:
    """The fault that a member of a finding belongs to, by its name; pods are named after what made them."""
    whole = f"{member['namespace']}/{member['name']}"
    candidates = (f"{member['namespace']}/", whole, *(whole[:end] for end, sign in enumerate(whole) if sign == "-"))
    return max((one for one in candidates if one in EXPECTED), key=len, default=whole)
