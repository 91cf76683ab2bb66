from typing import Any

import msgspec
import pytest

from diag.alerts.objects import objects
from diag.facts.index import Index, Key
from diag.model.snapshot import Scope
from tests.playbook.samples import claim, pod, snapshot

# What kube-state-metrics adds where a rule does not aggregate: the labels of its own pod.
SCRAPED = {
    "job": "kube-state-metrics",
    "instance": "10.244.1.7:8080",
    "endpoint": "http",
    "service": "prom-kube-state-metrics",
    "pod": "prom-kube-state-metrics-5d9c8b7f6d-x2x4z",
    "container": "kube-state-metrics",
}


def index(*raw: dict[str, Any], **more: Any) -> Index:
    return Index(snapshot(*raw, **more))


def thing(kind: str, name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}, **more}


def named(labels: dict[str, str], *raw: dict[str, Any]) -> list[str]:
    found = objects(index(*raw), labels).named
    return ["/".join(filter(None, (one.kind, one.namespace, one.name, one.container))) for one in found]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ({"namespace": "shop", "pod": "web-1"}, ["Pod/shop/web-1"]),
        ({"namespace": "shop", "pod": "web-1", "container": "app", "node": "a"}, ["Pod/shop/web-1/app"]),
        ({**SCRAPED, "namespace": "shop", "deployment": "web"}, ["Deployment/shop/web"]),
        ({**SCRAPED, "namespace": "shop", "job_name": "backup"}, ["Job/shop/backup"]),
        ({**SCRAPED, "namespace": "shop", "horizontalpodautoscaler": "web"}, ["HorizontalPodAutoscaler/shop/web"]),
        ({**SCRAPED, "namespace": "shop", "poddisruptionbudget": "web"}, ["PodDisruptionBudget/shop/web"]),
        ({**SCRAPED, "namespace": "monitoring", "node": "worker-1"}, ["Node/worker-1"]),
        ({**SCRAPED, "namespace": "monitoring", "persistentvolume": "pv-1"}, ["PersistentVolume/pv-1"]),
        (
            {"job": "kubelet", "instance": "10.0.0.5:10250", "node": "a", "namespace": "shop"}
            | {"persistentvolumeclaim": "data"},
            ["PersistentVolumeClaim/shop/data"],
        ),
        (
            {"namespace": "shop", "pod": "web-1", "node": "a", "owner_kind": "Job", "owner_name": "b"},
            ["Pod/shop/web-1"],
        ),
        ({"namespace": "shop", "pod": "web-1", "job": "web", "node": "a"}, ["Pod/shop/web-1"]),
        ({"namespace": "shop", "workload": "db", "workload_type": "statefulset"}, ["StatefulSet/shop/db"]),
        ({"namespace": "shop", "created_by_kind": "DaemonSet", "created_by_name": "agent"}, ["DaemonSet/shop/agent"]),
        ({"namespace": "shop", "owner_kind": "<none>", "owner_name": "<none>"}, []),
        ({"namespace": "shop"}, []),
        ({"pod": "", "node": ""}, []),
        ({}, []),
    ],
)
def test_labels_name_objects(labels: dict[str, str], names: list[str]) -> None:
    assert named(labels) == names


def test_the_exporter_itself_is_meant_where_nothing_else_is_named() -> None:
    exporter = SCRAPED["pod"]
    assert named({**SCRAPED, "namespace": "monitoring"}) == [f"Pod/monitoring/{exporter}/kube-state-metrics"]


def test_an_instance_is_a_node_where_there_is_one_of_that_name() -> None:
    labels = {
        "instance": "worker-1:9100",
        "job": "node-exporter",
        "pod": "node-exporter-x7x",
        "namespace": "monitoring",
    }
    assert named(labels, thing("Node", "worker-1", "")) == ["Node/worker-1"]
    assert named(labels) == ["Pod/monitoring/node-exporter-x7x"]


def test_job_and_service_count_only_where_they_exist() -> None:
    labels = {"namespace": "shop", "job": "backup", "service": "web"}
    assert named(labels) == []
    assert named(labels, thing("Job", "backup"), thing("Service", "web")) == ["Job/shop/backup", "Service/shop/web"]


def test_labels_of_the_object_that_prometheus_renamed_win() -> None:
    labels = {"namespace": "monitoring", "pod": "exporter", "exported_namespace": "shop", "exported_pod": "web-1"}
    assert named(labels) == ["Pod/shop/web-1"]


def test_a_pod_is_looked_at_with_its_owners_its_claims_and_its_node() -> None:
    raw = pod("web-1", "StatefulSet/web")
    raw["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    found = objects(index(raw), {"namespace": "shop", "pod": "web-1"})
    wanted = {
        Key("StatefulSet", "shop", "web"),
        Key("PersistentVolumeClaim", "shop", "data"),
        Key("Node", "", "worker-1"),
    }
    assert wanted <= found.around
    assert found.own == {Key("Pod", "shop", "web-1")}


def test_what_an_object_stands_for_is_looked_at_too() -> None:
    scaler = thing("HorizontalPodAutoscaler", "a", spec={"scaleTargetRef": {"kind": "Deployment", "name": "web"}})
    volume = thing("PersistentVolume", "pv", "", spec={"claimRef": {"namespace": "shop", "name": "data"}})
    seen = index(scaler, volume)
    assert Key("Deployment", "shop", "web") in objects(seen, {"namespace": "shop", "horizontalpodautoscaler": "a"}).own
    claimed = Key("PersistentVolumeClaim", "shop", "data")
    assert claimed in objects(seen, {"persistentvolume": "pv", "namespace": "monitoring"}).own


@pytest.mark.parametrize(
    ("kind", "selector"), [("PodDisruptionBudget", {"matchLabels": {"app": "web"}}), ("Service", {"app": "web"})]
)
def test_the_pods_of_a_budget_and_of_a_service_are_looked_at(kind: str, selector: dict[str, Any]) -> None:
    raw = pod("web-1")
    raw["metadata"]["labels"] = {"app": "web"}
    found = objects(
        index(raw, pod("db-0"), thing(kind, "web", spec={"selector": selector})),
        {"namespace": "shop", kind.lower(): "web"},
    )
    assert Key("Pod", "shop", "web-1") in found.around
    assert Key("Pod", "shop", "db-0") not in found.around


def test_without_a_namespace_every_object_of_that_name_is_meant() -> None:
    found = objects(index(claim(), thing("PersistentVolumeClaim", "data", "blog")), {"persistentvolumeclaim": "data"})
    assert {key.namespace for key in found.own} == {"shop", "blog"}


def test_an_object_that_is_gone_is_told_from_one_that_was_not_seen() -> None:
    labels = {"namespace": "shop", "deployment": "web"}
    gone = objects(index(), labels)
    assert ([subject.name for subject in gone.gone], gone.unseen) == (["web"], ())
    unseen = objects(index(unseen=("deployments",)), labels)
    assert (unseen.gone, unseen.unseen) == ((), ("deployments in shop",))


@pytest.mark.parametrize("scope", [Scope(("blog",)), Scope(selector="app=web")])
def test_what_was_not_asked_for_is_not_gone(scope: Scope) -> None:
    seen = Index(msgspec.structs.replace(snapshot(), scope=scope))
    assert objects(seen, {"namespace": "shop", "pod": "web-1"}).unseen == ("pods in shop",)


def test_for_a_pod_that_is_gone_its_workload_is_looked_at() -> None:
    owners = [{"kind": "Deployment", "name": "web", "controller": True}]
    raw = {"kind": "ReplicaSet", "metadata": {"name": "web-5d9c", "namespace": "shop", "ownerReferences": owners}}
    found = objects(index(raw), {"namespace": "shop", "pod": "web-5d9c-x2x4z"})
    assert [subject.name for subject in found.gone] == ["web-5d9c-x2x4z"]
    assert {Key("ReplicaSet", "shop", "web-5d9c"), Key("Deployment", "shop", "web")} <= found.around
