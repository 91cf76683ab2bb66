from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import diag
from diag.facts.index import Index
from diag.model.kinds import KINDS
from diag.model.snapshot import Scope
from diag.sources.recording import load_recording
from diag.tui.tables.column import STYLES
from diag.tui.tables.kinds import TABLES, WORKLOADS, aliases, members, table_for
from tests.facts.pod_samples import NOW, ago, ended, index, node_event, pod, running
from tests.facts.workload_samples import owned_by, workload

HOSTILE = "a\x1b]52;c;aGk=\x07\nb\u202ec [/x]"


def named(name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    place = {"namespace": namespace} if namespace else {}
    return {"metadata": {"name": name, "creationTimestamp": ago(7200), **place}, **more}


def condition(kind: str, status: str = "True", **more: Any) -> dict[str, Any]:
    return {"type": kind, "status": status, **more}


def row(plural: str, raw: dict[str, Any], kind: str = "", **others: list[dict[str, Any]]) -> dict[str, str]:
    """The texts of the only row of a table, by the names of the columns."""
    made = index(**{kind or plural: [raw]}, **others)
    table = table_for(plural)
    cells = table.cells(made, made.all(kind or plural)[0], NOW)
    return {column.name: text for column, (text, _) in zip(table.columns, cells, strict=True)}


def style(plural: str, raw: dict[str, Any], column: str) -> str:
    made = index(**{plural: [raw]})
    table = table_for(plural)
    names = [one.name for one in table.columns]
    return table.cells(made, made.all(plural)[0], NOW)[names.index(column)][1]


def test_a_pod_is_shown_as_kubectl_does() -> None:
    crashed = pod({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": ended(90), "restartCount": 8})
    assert row("pods", crashed) == {
        "namespace": "shop",
        "name": "web-1",
        "ready": "0/1",
        "status": "CrashLoopBackOff",
        "restarts": "8 (90s ago)",
        "node": "node-a",
        "age": "24h",
    }
    assert style("pods", crashed, "status") == "high"


@pytest.mark.parametrize(
    ("plural", "raw", "shown"),
    [
        (
            "deployments",
            workload(status={"readyReplicas": 2, "updatedReplicas": 1, "availableReplicas": 2}),
            {"ready": "2/3", "up-to-date": "1", "available": "2"},
        ),
        (
            "daemonsets",
            workload(
                status={
                    "desiredNumberScheduled": 4,
                    "currentNumberScheduled": 3,
                    "numberReady": 2,
                    "updatedNumberScheduled": 1,
                    "numberAvailable": 2,
                }
            ),
            {"desired": "4", "current": "3", "ready": "2", "up-to-date": "1", "available": "2"},
        ),
        (
            "replicasets",
            workload(status={"replicas": 3, "readyReplicas": 1}),
            {"desired": "3", "current": "3", "ready": "1"},
        ),
        (
            "jobs",
            named("once", spec={"completions": 3}, status={"succeeded": 1, "active": 2, "startTime": ago(60)}),
            {"status": "Running", "completions": "1/3", "active": "2", "failed": "0", "duration": "60s"},
        ),
        (
            "jobs",
            named(
                "done",
                status={
                    "succeeded": 1,
                    "startTime": ago(60),
                    "completionTime": ago(20),
                    "conditions": [condition("Complete")],
                },
            ),
            {"status": "Complete", "completions": "1/1", "duration": "40s"},
        ),
        (
            "jobs",
            named(
                "bad",
                status={
                    "failed": 7,
                    "startTime": ago(60),
                    "conditions": [condition("Failed", lastTransitionTime=ago(10))],
                },
            ),
            {"status": "Failed", "failed": "7", "duration": "50s"},
        ),
        (
            "jobs",
            named("held", status={"conditions": [condition("Suspended")]}),
            {"status": "Suspended", "duration": ""},
        ),
        (
            "cronjobs",
            named("nightly", spec={"schedule": "0 3 * * *", "suspend": True}, status={"lastScheduleTime": ago(3600)}),
            {"schedule": "0 3 * * *", "status": "Suspended", "active": "0", "last": "60m"},
        ),
        (
            "horizontalpodautoscalers",
            named(
                "web",
                spec={"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 9},
                status={"currentReplicas": 4},
            ),
            {"reference": "Deployment/web", "minimum": "1", "maximum": "9", "replicas": "4"},
        ),
        (
            "poddisruptionbudgets",
            named("web", spec={"minAvailable": "50%"}, status={"disruptionsAllowed": 0, "currentHealthy": 2}),
            {"min-available": "50%", "max-unavailable": "N/A", "healthy": "2", "allowed": "0"},
        ),
        (
            "resourcequotas",
            named(
                "all", status={"hard": {"pods": "10", "requests.cpu": "4"}, "used": {"pods": "10", "requests.cpu": "1"}}
            ),
            {"used": "pods 10/10, requests.cpu 1/4"},
        ),
        (
            "persistentvolumeclaims",
            named(
                "data",
                spec={"volumeName": "pv-1", "storageClassName": "fast"},
                status={"phase": "Bound", "capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"]},
            ),
            {"status": "Bound", "volume": "pv-1", "capacity": "10Gi", "modes": "RWO", "class": "fast"},
        ),
        (
            "persistentvolumes",
            named(
                "pv-1",
                "",
                spec={
                    "capacity": {"storage": "10Gi"},
                    "accessModes": ["ReadWriteMany", "ReadWriteOncePod"],
                    "claimRef": {"namespace": "shop", "name": "data"},
                    "persistentVolumeReclaimPolicy": "Retain",
                },
                status={"phase": "Released"},
            ),
            {"capacity": "10Gi", "modes": "RWX,RWOP", "policy": "Retain", "status": "Released", "claim": "shop/data"},
        ),
        (
            "storageclasses",
            {
                "metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
                "provisioner": "csi.example.com",
            },
            {
                "default": "default",
                "provisioner": "csi.example.com",
                "policy": "Delete",
                "expansion": "false",
                "age": "",
            },
        ),
        (
            "nodes",
            {
                "metadata": {"name": "a", "labels": {"node-role.kubernetes.io/worker": "", "kubernetes.io/role": "db"}},
                "spec": {"unschedulable": True},
                "status": {
                    "conditions": [condition("Ready", "False")],
                    "allocatable": {"cpu": "4", "memory": "16Gi"},
                    "nodeInfo": {"kubeletVersion": "v1.34.1"},
                },
            },
            {
                "status": "NotReady,SchedulingDisabled",
                "roles": "db,worker",
                "pods": "0",
                "cpu": "4",
                "memory": "16.0Gi",
                "version": "v1.34.1",
            },
        ),
        (
            "services",
            named(
                "web",
                spec={
                    "clusterIP": "10.0.0.1",
                    "ports": [{"port": 80}, {"port": 53, "protocol": "UDP"}],
                    "selector": {"app": "web"},
                },
                status={"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example.com"}]}},
            ),
            {
                "type": "ClusterIP",
                "address": "10.0.0.1",
                "external": "192.0.2.1,lb.example.com",
                "ports": "80/TCP,53/UDP",
                "endpoints": "",
            },
        ),
        (
            "ingresses",
            named(
                "front",
                spec={
                    "ingressClassName": "nginx",
                    "rules": [
                        {"host": "shop.example.com", "http": {"paths": [{"backend": {"service": {"name": "web"}}}]}}
                    ],
                },
            ),
            {"class": "nginx", "hosts": "shop.example.com", "services": "web", "address": ""},
        ),
        (
            "endpointslices",
            {
                **named("web-x"),
                "ports": [{"port": 8080}],
                "endpoints": [{"addresses": [f"10.0.0.{n}"]} for n in range(5)],
            },
            {"ports": "8080", "endpoints": "10.0.0.0, 10.0.0.1, 10.0.0.2 and 2 more", "service": ""},
        ),
        ("namespaces", named("shop", "", status={"phase": "Terminating"}), {"status": "Terminating", "age": "120m"}),
        ("configmaps", named("settings"), {"namespace": "shop", "name": "settings", "age": "120m"}),
    ],
)
def test_the_columns_of_a_kind(plural: str, raw: dict[str, Any], shown: dict[str, str]) -> None:
    assert shown.items() <= row(plural, raw).items()


def test_workloads_of_all_kinds_stand_in_one_table() -> None:
    assert "statefulsets" in members(WORKLOADS)
    assert members("pods") == ("pods",)
    job = row(WORKLOADS, named("once", status={"succeeded": 1}), "jobs")
    assert (job["kind"], job["ready"], job["up-to-date"]) == ("Job", "1/1", "")
    cron = row(WORKLOADS, named("nightly"), "cronjobs")
    assert (cron["kind"], cron["ready"], cron["up-to-date"]) == ("CronJob", "", "")


def test_a_service_that_nothing_serves_stands_out() -> None:
    served = index(
        services=[named("web", spec={"selector": {"app": "web"}})],
        endpointslices=[{"metadata": {"name": "x", "namespace": "shop"}}],
    )
    table = table_for("services")
    place = [column.name for column in table.columns].index("endpoints")
    assert table.cells(served, served.all("services")[0], NOW)[place] == ("0", "medium")


def test_ages_are_those_of_the_time_that_is_given() -> None:
    made = index(pods=[pod()])
    table, record = table_for("pods"), made.all("pods")[0]
    later = NOW + timedelta(hours=24)
    assert table.cells(made, record, later)[-1][0] == "2d"
    assert table.sort_value(made, record, "age", later) == 2 * 86400


def test_columns_sort_by_what_they_mean_and_not_by_their_letters() -> None:
    small, large = (named(n, "", spec={"capacity": {"storage": size}}) for n, size in (("a", "900Mi"), ("b", "10Gi")))
    made = index(persistentvolumes=[small, large, named("c", "")])
    values = [
        table_for("persistentvolumes").sort_value(made, one, "capacity", NOW) for one in made.all("persistentvolumes")
    ]
    assert values == [900 * 2**20, 10 * 2**30, None]
    restarted = index(pods=[pod({"restartCount": 12, "state": running(), "lastState": ended()})])
    assert table_for("pods").sort_value(restarted, restarted.all("pods")[0], "restarts", NOW) == 12


def test_a_kind_without_columns_of_its_own_shows_name_and_age() -> None:
    assert [column.name for column in table_for("limitranges").columns] == ["namespace", "name", "age"]
    assert [column.name for column in table_for("csidrivers").columns] == ["name", "age"]
    assert [column.name for column in table_for("rollouts").columns] == ["namespace", "name", "age"]


def demo() -> Index:
    return Index(load_recording(str(Path(diag.__file__).parent / "demo"), None, Scope()))


@pytest.mark.parametrize("plural", [*TABLES, *(kind.plural for kind in KINDS if kind.plural not in TABLES)])
def test_every_table_fills_its_columns(plural: str) -> None:
    found, table = demo(), table_for(plural)
    kinds = [kind for kind in KINDS if kind.plural in members(plural)]
    bare = {kind.plural: [named("bare", "x" if kind.namespaced else "")] for kind in kinds if kind.plural != "events"}
    for made in (found, index(**bare)):
        for record in (one for each in members(plural) for one in made.all(each)):
            cells = table.cells(made, record, made.now)
            assert len(cells) == len(table.columns)
            assert {name for _, name in cells} <= {"", *STYLES}
            for column in table.columns:
                table.sort_value(made, record, column.name, made.now)


def test_names_of_columns_are_unique_within_a_table() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.plural


def test_cells_are_one_clean_line() -> None:
    raw = named(HOSTILE, spec={"schedule": HOSTILE, "timeZone": HOSTILE})
    for text in row("cronjobs", raw).values():
        assert text.isprintable()


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("po", "pods"),
        ("pod", "pods"),
        ("pods", "pods"),
        ("deploy", "deployments"),
        ("sts", "statefulsets"),
        ("ds", "daemonsets"),
        ("rs", "replicasets"),
        ("job", "jobs"),
        ("cj", "cronjobs"),
        ("pvc", "persistentvolumeclaims"),
        ("hpa", "horizontalpodautoscalers"),
        ("pv", "persistentvolumes"),
        ("sc", "storageclasses"),
        ("no", "nodes"),
        ("ns", "namespaces"),
        ("svc", "services"),
        ("ep", "endpointslices"),
        ("ing", "ingresses"),
        ("pdb", "poddisruptionbudgets"),
        ("quota", "resourcequotas"),
        ("cm", "configmaps"),
        ("sa", "serviceaccounts"),
        ("ev", "events"),
        ("events", "events"),
        ("claims", "persistentvolumeclaims"),
        ("wl", WORKLOADS),
    ],
)
def test_words_for_kinds(word: str, plural: str) -> None:
    assert aliases()[word] == plural


def test_an_owner_makes_no_difference_to_a_row() -> None:
    raw = workload(status={"replicas": 1})
    raw["metadata"]["ownerReferences"] = owned_by("Deployment", "web")
    assert row("replicasets", raw)["current"] == "1"


def test_events_have_a_plain_table() -> None:
    assert row("events", node_event("Starting", "kubelet"))["namespace"] == "shop"
