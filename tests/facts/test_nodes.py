from typing import Any

import msgspec
import pytest

from diag.facts import endings, leases, nodes, owners
from diag.facts.index import Index, Key
from diag.facts.selection import selected
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from tests.playbook.samples import pod, snapshot


def node(name: str = "worker-1", zone: str = "", ready: str = "True", **info: str) -> dict[str, Any]:
    labels = {nodes.ZONE: zone} if zone else {}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"nodeInfo": info, "conditions": [{"type": "Ready", "status": ready}]},
    }


def lease(name: str, renewed: str, namespace: str = leases.NODES, holder: str = "x") -> dict[str, Any]:
    spec = {"holderIdentity": holder, "leaseDurationSeconds": 15, "renewTime": f"2026-01-10T{renewed}Z"}
    return {"kind": "Lease", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


@pytest.mark.parametrize(
    ("server", "kubelet", "words"),
    [
        ("v1.34.1", "v1.34.9", None),
        ("v1.34.1", "v1.31.2", None),
        ("v1.34.1", "v1.30.2", "more than 3 minor versions older than the API server"),
        ("v1.27.3", "v1.25.0", None),
        ("v1.27.3", "v1.24.0", "more than 2 minor versions older than the API server"),
        ("v1.34.1", "v1.35.0", "newer than the API server"),
        ("v1.29.3-gke.1282000", "v1.29.3-gke.1282000", None),
        ("", "v1.20.0", None),
        ("v1.34.1", "", None),
        ("v1.34.1", "unknown", None),
    ],
)
def test_versions_that_do_not_go_together(server: str, kubelet: str, words: str | None) -> None:
    seen = msgspec.structs.replace(snapshot(node(kubeletVersion=kubelet)), server_version=server)
    assert nodes.version_skew(Index(seen), seen.all("nodes")[0]) == words


@pytest.mark.parametrize(
    ("kubelet", "runtime", "old"),
    [
        ("v1.26.0", "containerd://1.5.11", True),
        ("v1.26.0", "containerd://1.6.0", False),
        ("v1.25.4", "containerd://1.5.11", False),
        ("v1.34.0", "containerd://2.1.4", False),
        ("v1.34.0", "cri-o://1.20.0", None),
        ("v1.34.0", "", None),
        ("v1.34.0", "containerd://Unknown", None),
    ],
)
def test_runtimes_that_are_too_old_for_their_kubelet(kubelet: str, runtime: str, old: bool | None) -> None:
    index = Index(snapshot(node(kubeletVersion=kubelet, containerRuntimeVersion=runtime)))
    assert nodes.old_runtime(index, index.snapshot.all("nodes")[0]) is old


def test_nodes_are_counted_by_zone() -> None:
    index = Index(snapshot(node("a", "eu-1a", "Unknown"), node("b", "eu-1a"), node("c", "eu-1b", "False"), node("d")))
    found = {one.metadata.name: one for one in index.snapshot.all("nodes")}
    assert nodes.zone_lost(index, found["a"]) == nodes.Share(1, 2)
    assert nodes.zone_lost(index, found["c"]) is None
    assert nodes.zone_lost(index, found["d"]) is None
    assert nodes.cluster_lost(index) == nodes.Share(2, 4)


def test_workloads_of_a_node_are_named_without_daemons_and_ended_pods() -> None:
    pods = [pod(f"web-{i}", "StatefulSet/web") for i in range(2)] + [pod("db-0", "StatefulSet/db")]
    others = [pod("agent", "DaemonSet/agent"), {**pod("done", "Job/done"), "status": {"phase": "Succeeded"}}]
    index = Index(snapshot(*pods, *others, node()))
    assert nodes.workload_names(index, index.snapshot.all("nodes")[0]) == [
        "StatefulSet shop/web",
        "StatefulSet shop/db",
    ]


def test_many_workloads_of_a_node_are_a_few_names_and_a_number() -> None:
    index = Index(snapshot(*(pod(f"w{i}-0", f"StatefulSet/w{i}") for i in range(8)), node()))
    names = nodes.workload_names(index, index.snapshot.all("nodes")[0])
    assert (len(names), names[-1]) == (6, "3 more")


def test_a_lease_is_late_by_the_newest_lease_and_not_by_our_clock() -> None:
    index = Index(snapshot(lease("a", "08:00:00"), lease("b", "08:02:00")))
    late = {one.metadata.name: leases.behind(index, one) for one in index.snapshot.all("leases")}
    assert late == {"a": 120.0, "b": 0.0}


def test_one_lease_alone_is_never_late() -> None:
    index = Index(snapshot(lease("kube-scheduler", "08:00:00", "kube-system")))
    assert not leases.stopped(index, index.snapshot.all("leases")[0])


def test_a_clock_is_off_by_what_most_nodes_say() -> None:
    index = Index(snapshot(lease("a", "12:10:00"), lease("b", "11:59:50"), lease("c", "11:59:55")))
    assert leases.clock_off(index, "a") == 605.0
    assert leases.clock_off(index, "c") == 0.0
    assert leases.clock_off(index, "unknown") is None


def test_two_nodes_cannot_tell_whose_clock_is_off() -> None:
    assert leases.clock_off(Index(snapshot(lease("a", "12:10:00"), lease("b", "11:59:50"))), "a") is None


@pytest.mark.parametrize(
    ("owner", "status", "replaced"),
    [
        ({"kind": "StatefulSet", "spec": {"replicas": 2}}, {"readyReplicas": 2}, True),
        ({"kind": "StatefulSet", "spec": {"replicas": 2}}, {"readyReplicas": 1}, False),
        ({"kind": "StatefulSet", "spec": {}}, {}, False),
        ({"kind": "DaemonSet"}, {"desiredNumberScheduled": 3, "numberReady": 3}, True),
        ({"kind": "DaemonSet"}, {"desiredNumberScheduled": 3, "numberReady": 2}, False),
        ({"kind": "Job"}, {"succeeded": 1}, None),
        ({"kind": "StatefulSet", "metadata": {"name": "another"}}, {"readyReplicas": 2}, None),
    ],
)
def test_a_pod_is_replaced_when_its_owner_lacks_none(
    owner: dict[str, Any], status: dict[str, Any], replaced: bool | None
) -> None:
    one = {"metadata": {"name": "web", "namespace": "shop"}, **owner, "status": status}
    one["metadata"]["namespace"] = "shop"
    index = Index(snapshot(pod("web-0", f"{owner['kind']}/web"), one))
    assert endings.replaced(index, index.snapshot.all("pods")[0]) is replaced


def test_pods_of_a_deployment_are_those_of_its_replica_sets() -> None:
    sets = [
        {
            "kind": "ReplicaSet",
            "metadata": {
                "name": name,
                "namespace": "shop",
                "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": True}],
            },
        }
        for name in ("web-1", "web-2")
    ]
    pods = [pod("a", "ReplicaSet/web-1"), pod("b", "ReplicaSet/web-2"), pod("c", "ReplicaSet/other")]
    index = Index(snapshot(*sets, *pods))
    assert [p.metadata.name for p in owners.pods_of(index, Key("Deployment", "shop", "web"))] == ["a", "b"]
    assert [p.metadata.name for p in owners.pods_of(index, Key("ReplicaSet", "shop", "other"))] == ["c"]


def test_a_selector_picks_pods_of_its_namespace() -> None:
    pods = []
    for name, labels in (("a", {"app": "web", "tier": "x"}), ("b", {"app": "web"}), ("c", {"app": "db"}), ("d", {})):
        raw = pod(name)
        raw["metadata"]["labels"] = labels
        pods.append(raw)
    elsewhere = pod("e")
    elsewhere["metadata"] |= {"namespace": "other", "labels": {"app": "web"}}
    index = Index(snapshot(*pods, elsewhere))

    def names(selector: Any) -> list[str]:
        return sorted(found.metadata.name for found in selected(index, "shop", selector))

    assert names({"app": "web"}) == ["a", "b"]
    assert names({"app": "web", "tier": "x"}) == ["a"]
    assert names({"app": "none"}) == []
    assert names({}) == ["a", "b", "c", "d"]
    tier = LabelSelectorRequirement(key="tier", operator="DoesNotExist")
    assert names(LabelSelector(match_labels={"app": "web"}, match_expressions=(tier,))) == ["b"]
    assert names(LabelSelector(match_expressions=(tier,))) == ["b", "c", "d"]
