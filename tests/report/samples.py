"""Reports made by hand, with the awkward things that clusters hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from diag.finding import SCHEMA, Diagnosis, Evidence, Finding, Fix, Origin, Report, Severity, Subject, Summary
from diag.model.snapshot import Gap, Scope

NOW = datetime(2025, 11, 22, 3, 12, 44, tzinfo=UTC)


def fact(field: str, operator: str, wanted: Any, value: Any) -> Evidence:
    return Evidence(field, operator, wanted, value, Origin("Pod", "shop/web-7d4b9c-x2x4z/app", field))


def finding(name: str = "web", severity: Severity = "high", **changed: Any) -> Finding:
    subject = Subject("Pod", "shop", f"{name}-7d4b9c-x2x4z", "app", f"uid-{name}")
    values: dict[str, Any] = {
        "id": f"id-{name}",
        "playbook": "oom-killed",
        "cause": "limit-below-need",
        "severity": severity,
        "title": "The memory limit is below what app needs",
        "subject": subject,
        "workload": Subject("Deployment", "shop", name),
        "members": (subject,),
        "since": NOW - timedelta(minutes=2, seconds=10),
        "last_seen": NOW,
        "meaning": "app reached its limit of 128Mi and the kernel killed it, 6 times so far.",
        "impact": "Work in memory is lost at every restart.",
        "evidence": (
            fact("container.last_exit.reason", "is", ["OOMKilled"], "OOMKilled"),
            fact("container.ready", "is", [False], False),
            fact("container.memory_limit", "exists", [True], "128Mi"),
            fact("container.restart_count", "gt", [5], 6),
        ),
        "fixes": (
            Fix(
                "raise-memory-limit",
                "Raise the memory limit of app to 256Mi",
                "disruptive",
                "action",
                kubectl=f"kubectl set resources deployment/{name} -n shop -c app --limits=memory=256Mi",
            ),
            Fix("find-leak", "Look for a leak", "none", "manual", text="Compare memory with the number of requests."),
        ),
        "diagnose": (Diagnosis("How close it runs", f"kubectl top pod {name}-7d4b9c-x2x4z -n shop --containers"),),
        "references": ("https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",),
        "file": "playbooks/container/oom-killed.yaml",
    }
    return Finding(**(values | changed))


def report(*findings: Finding, **changed: Any) -> Report:
    counts = {
        severity: sum(f.severity == severity and f.symptom_of is None for f in findings)
        for severity in ("critical", "high", "medium", "low", "info")
    }
    objects = {"pods": 1204, "nodes": 31, "persistentvolumeclaims": 88, "services": 12, "events": 1}
    values: dict[str, Any] = {
        "schema": SCHEMA,
        "taken_at": NOW,
        "source": "https://10.0.0.1:6443",
        "context": "prod-eu",
        "server_version": "v1.34.1",
        "scope": Scope(),
        "summary": Summary(objects=objects, duration_ms=940, **counts),
        "findings": findings,
        "gaps": (),
        "checked": {"playbooks": 112},
    }
    return Report(**(values | changed))


def busy() -> Report:
    """Findings of all severities, a symptom, a node, long names, several gaps."""
    subjects = tuple(Subject("Pod", "shop", f"web-7d4b9c-{i:05}", "app") for i in range(40))
    return report(
        finding(
            "grafana",
            "critical",
            title="The claim asks for a storage class that does not exist",
            subject=Subject("PersistentVolumeClaim", "monitoring", "grafana-data"),
            workload=None,
            meaning="The claim grafana-data asks for the class fast-ssd, and this cluster has standard and slow only. "
            "It stays Pending, and so does every pod that mounts it.",
            evidence=(
                fact("claim.phase", "is", ["Pending"], "Pending"),
                fact("event.message", "contains", ["not found"], 'storageclass.storage.k8s.io "fast-ssd" not found'),
            ),
            fixes=(
                Fix("create", "Create the class, or name one that exists", "none", "manual", text="Ask the owners."),
            ),
            diagnose=(Diagnosis("Classes", "kubectl get storageclass"),),
            since=None,
        ),
        finding("web", members=subjects, symptoms=("id-loop",)),
        finding("loop", "medium", title="Container crashes again and again", symptom_of="id-web"),
        finding(
            "a-workload-with-a-very-long-name-that-goes-on-and-on-for-sixty-three",
            "medium",
            title="The image cannot be pulled: the registry does not know the tag",
            evidence=(fact("event.message", "matches", ["x"], "Failed to pull image " + "registry.example/x" * 30),),
            undecided=("bad-credentials: secrets of the pod could not be read",),
            fixes=(
                Fix(
                    "set-image",
                    "Set the image to v1.2.3",
                    "disruptive",
                    "action",
                    kubectl="kubectl set image deployment/a-workload-with-a-very-long-name-that-goes-on-and-on-for-"
                    "sixty-three -n shop app=registry.example/team/application:v1.2.3",
                    owner="Helm release shop",
                    blocked="Helm would put the old value back: change image.tag in the values",
                ),
            ),
        ),
        finding("n", "low", workload=None, subject=Subject("Node", "", "worker-1"), title="Node has little disk left"),
        finding("info", "info", fixes=(), diagnose=(), evidence=()),
        gaps=(
            Gap("events", "kube-system", "forbidden", "User x cannot list", ("a", "b")),
            Gap("pods", "kube-system", "forbidden", "User x cannot list", ("b", "c")),
            Gap("events", "payments", "forbidden", "User x cannot list", ("a", "b")),
            Gap("pods", "payments", "forbidden", "User x cannot list", ("b", "c")),
            Gap("volumeattachments.storage.k8s.io", "", "timeout", "", ("d",)),
            Gap("logs", "shop/web-1/app", "forbidden"),
            Gap("metrics", "", "not-asked", "no --prometheus was given", ("e", "f")),
        ),
    )
