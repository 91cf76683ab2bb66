from typing import Any

import pytest

from diag.facts import claim_waits, hostports, unplaced, volume_places
from diag.facts.index import Index
from diag.model.pods import Pod
from tests.facts.claim_samples import claim, volume
from tests.facts.node_samples import CONTROL_PLANE, DEDICATED, UNREACHABLE, node, placed, the_pod, waiting
from tests.facts.pod_samples import ago, index

SELECTOR = "1 node(s) didn't match Pod's node affinity/selector"
UNNAMED = "node(s) had untolerated taint(s)"
DRIVER = "ebs.csi.aws.com"


def of(raw: dict[str, Any], *pods: dict[str, Any], **objects: Any) -> tuple[Index, Pod]:
    found = index(pods=[raw, *pods], **objects)
    return found, the_pod(found)


def kind(message: str, *nodes: dict[str, Any], pods: tuple[dict[str, Any], ...] = (), **spec: Any) -> str | None:
    found = unplaced.refusal(*of(waiting(message, **spec), *pods, nodes=list(nodes)))
    return found.kind if found else None


@pytest.mark.parametrize(
    ("message", "nodes", "spec", "decides"),
    [
        (f"2 {UNNAMED}.", [node("a", CONTROL_PLANE), node("b", DEDICATED)], {}, "taint"),
        (f"2 {UNNAMED}.", [node("a", CONTROL_PLANE)], {}, "control-plane"),
        (f"2 {UNNAMED}.", [node("a", CONTROL_PLANE), node("b", UNREACHABLE)], {}, "not-ready"),
        (f"2 {UNNAMED}.", [node("a")], {}, "taint"),
        (f"2 {UNNAMED}.", [], {}, "taint"),
        (f"{SELECTOR}, 1 {UNNAMED}.", [node("a", DEDICATED, p="x"), node("b")], {"nodeSelector": {"p": "x"}}, "taint"),
        (f"{SELECTOR}, 1 {UNNAMED}.", [node("a", DEDICATED), node("b")], {"nodeSelector": {"p": "x"}}, "selector"),
        (f"{SELECTOR}, 1 {UNNAMED}.", [node("a", UNREACHABLE), node("b")], {"nodeSelector": {"p": "x"}}, "selector"),
        (f"{SELECTOR}, 1 {UNNAMED}.", [node("a", UNREACHABLE, p="x")], {"nodeSelector": {"p": "x"}}, "not-ready"),
        (
            f"{SELECTOR}, 2 {UNNAMED}.",
            [node("a", CONTROL_PLANE, p="x"), node("b", DEDICATED)],
            {"nodeSelector": {"p": "x"}},
            "control-plane",
        ),
        ("1 Insufficient cpu, 1 node(s) were unschedulable.", [node("a", cordoned=True), node("b")], {}, "cordoned"),
        ("1 Insufficient cpu, 1 node(s) were unschedulable.", [node("a")], {}, "cpu"),
    ],
)
def test_nodes_correct_the_words(message: str, nodes: list[dict[str, Any]], spec: dict[str, Any], decides: str) -> None:
    assert kind(message, *nodes, **spec) == decides


@pytest.mark.parametrize(("cpu", "decides"), [("1", "cordoned"), ("5", "cpu")])
def test_a_closed_node_counts_only_with_room(cpu: str, decides: str) -> None:
    message = "1 Insufficient cpu, 1 node(s) were unschedulable."
    assert kind(message, node("a", cordoned=True), node("b"), asks={"cpu": cpu}) == decides


def test_a_full_cluster_names_the_closed_node_with_room() -> None:
    raw = waiting("2 Insufficient cpu, 1 node(s) were unschedulable.", asks={"cpu": "3"})
    nodes = [node("a", cordoned=True), node("b"), node("c", gives={"cpu": "1"})]
    found = of(raw, placed("old-1", "b", {"cpu": "2"}), nodes=nodes)
    assert (unplaced.why(*found) or "").endswith("are asked for by pods there. a would have room and is cordoned")


@pytest.mark.parametrize(
    ("message", "spec", "common"),
    [
        ("2 Insufficient cpu.", {"asks": {"cpu": "1"}}, "Resource cpu"),
        ("2 Insufficient cpu.", {"asks": {"cpu": "9"}}, None),
        ("2 Insufficient cpu.", {"asks": {"cpu": "1"}, "nodeSelector": {"p": "x"}}, "Resource cpu where p=x"),
        ("2 Insufficient nvidia.com/gpu.", {"asks": {"nvidia.com/gpu": 1}}, None),
        ("2 cannot allocate all claims.", {}, None),
        ("2 Too many pods.", {}, "Resource pods"),
        ("2 node(s) didn't match node selector.", {"nodeSelector": {"p": "y"}}, "Label p=y"),
        ("2 node(s) had untolerated taint {dedicated: gpu}.", {}, "Taint dedicated=gpu:NoSchedule"),
        ("2 node(s) were unschedulable.", {}, "Node shut"),
        ("2 node(s) had volume node affinity conflict.", {}, None),
    ],
)
def test_what_workloads_wait_for_together(message: str, spec: dict[str, Any], common: str | None) -> None:
    closed = [node("gpu", DEDICATED)] if "dedicated" in message else [node("shut", cordoned=True)]
    assert unplaced.waits_for(*of(waiting(message, **spec), nodes=[node("a", p="x"), *closed])) == common


def test_a_state_that_no_node_is_in_any_more_is_nothing_in_common() -> None:
    assert unplaced.waits_for(*of(waiting("2 node(s) were unschedulable."), nodes=[node("a")])) is None


def test_nothing_in_common_is_known_without_nodes() -> None:
    assert unplaced.waits_for(*of(waiting("2 Insufficient cpu.", asks={"cpu": "1"}))) is None


def test_nothing_is_worked_out_for_a_pod_that_was_not_refused() -> None:
    found = of(waiting(), nodes=[node("a")])
    assert [unplaced.refusal(*found), unplaced.why(*found), unplaced.waits_for(*found)] == [None] * 3
    assert unplaced.closed_nodes(*found) == []


@pytest.mark.parametrize(
    ("port", "text"),
    [
        ({"hostPort": 80, "protocol": "TCP"}, "Host port 80/TCP on a is held by shop/old-1"),
        ({"hostPort": 80}, "Host port 80/TCP on a is held by shop/old-1"),
        ({"hostPort": 80, "protocol": "UDP"}, None),
        ({"containerPort": 80}, None),
    ],
)
def test_who_holds_a_host_port(port: dict[str, Any], text: str | None) -> None:
    def with_port(wanted: dict[str, Any]) -> dict[str, Any]:
        return {"containers": [{"name": "app", "ports": [wanted]}]}

    old = placed("old-1", "a", **with_port({"hostPort": 80}))
    done = placed("old-2", "b", phase="Failed", **with_port({"hostPort": 80}))
    assert hostports.holders(*of(waiting("x", **with_port(port)), old, done, nodes=[node("a"), node("b")])) == text


ODD_SPECS = [
    {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}},
    {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}},
    {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"labelSelector": {}}]}}},
    {"topologySpreadConstraints": [{}], "tolerations": [{}], "overhead": {"cpu": ""}},
    {"containers": [], "initContainers": [{}], "nodeSelector": {"": ""}, "volumes": [{"persistentVolumeClaim": {}}]},
    {"containers": [{"ports": [{"hostPort": -1}], "resources": {"requests": {"cpu": "-1", "": "x", "memory": 1e300}}}]},
]
ODD_NODES = [
    {},
    {"metadata": {"name": "a"}, "spec": {"taints": [{}, {"effect": "NoSchedule"}]}},
    {"metadata": {"name": "b", "labels": {"": ""}}, "status": {"allocatable": {"cpu": "", "memory": "-1"}}},
]
REASONS = [
    "Insufficient cpu", "Insufficient memory", "Insufficient x", "Too many pods", "node(s) were unschedulable", UNNAMED,
    "node(s) had untolerated taint {: }", "node(s) didn't match Pod's node affinity/selector",
    "node(s) didn't match pod affinity rules", "node(s) didn't match pod topology spread constraints",
    "node(s) didn't have free ports for the requested pod ports", "node(s) exceed max volume count",
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode", "{", "", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("spec", ODD_SPECS)
@pytest.mark.parametrize("reason", REASONS)
def test_odd_objects_raise_nothing(spec: dict[str, Any], reason: str) -> None:
    found = of(waiting(f"3 {reason}.", **spec), placed("old-1", "a", **spec), nodes=ODD_NODES)
    for fact in (unplaced.refusal, unplaced.why, unplaced.waits_for, unplaced.closed_nodes):
        assert fact(*found) != ""


class TestVolumes:
    DATA = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}

    def test_who_has_a_claim_for_itself(self) -> None:
        alone = claim({"accessModes": ["ReadWriteOncePod"]}, phase="Bound")
        found = of(waiting("x", **self.DATA), placed("old-1", "a", **self.DATA), persistentvolumeclaims=[alone])
        assert volume_places.exclusive_users(*found) == "Claim data (ReadWriteOncePod) is used by pod old-1 on a"

    def test_a_shared_claim_keeps_nobody_off(self) -> None:
        found = of(waiting("x", **self.DATA), placed("old-1", "a", **self.DATA), persistentvolumeclaims=[claim()])
        assert volume_places.exclusive_users(*found) is None

    def test_how_many_volumes_the_nodes_have(self) -> None:
        nodes = [{"metadata": {"name": "a"}, "spec": {"drivers": [{"name": DRIVER, "allocatable": {"count": 25}}]}}]
        attached = [{"metadata": {"name": "v"}, "spec": {"attacher": DRIVER, "nodeName": "a"}}]
        found = of(
            waiting("x", **self.DATA),
            nodes=[node("a"), node("b")],
            csinodes=nodes,
            volumeattachments=attached,
            persistentvolumeclaims=[claim({"volumeName": "pv-1"})],
            persistentvolumes=[volume(csi={"driver": DRIVER})],
        )
        assert volume_places.limits(*found) == f"Attached are: a 1 of 25 volumes of {DRIVER}"

    @pytest.mark.parametrize("drivers", [[], [{"name": "other"}]])
    def test_nodes_without_the_driver(self, drivers: list[dict[str, Any]]) -> None:
        raw = waiting(f"2 {DRIVER} CSI driver is not installed on the node.")
        found = of(raw, nodes=[node("a")], csinodes=[{"metadata": {"name": "a"}, "spec": {"drivers": drivers}}])
        assert volume_places.driver_nodes(*found) == f"{DRIVER} is not registered on a"

    def test_nothing_is_said_of_drivers_that_were_not_read(self) -> None:
        raw = waiting(f"2 {DRIVER} CSI driver is not installed on the node.")
        assert volume_places.driver_nodes(*of(raw, nodes=[node("a")])) is None


class TestClaimWaits:
    DATA = TestVolumes.DATA
    UNBOUND = "pod has unbound immediate PersistentVolumeClaims."
    MISSING = 'persistentvolumeclaim "data" not found.'
    NO_VOLUME = 'persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1".'

    @pytest.mark.parametrize(
        ("message", "claims", "over"),
        [
            (UNBOUND, [claim(phase="Bound")], True),
            (UNBOUND, [claim(creationTimestamp=ago(60))], True),
            (UNBOUND, [claim()], False),
            (UNBOUND, [claim(creationTimestamp=None)], False),
            (UNBOUND, [], False),
            (MISSING, [claim()], True),
            (MISSING, [], False),
            (NO_VOLUME, [claim({"volumeName": "pv-1"})], False),
            ("2 Insufficient cpu.", [claim(phase="Bound")], False),
        ],
    )
    def test_whether_the_wait_is_over(self, message: str, claims: list[dict[str, Any]], over: bool) -> None:
        found = of(waiting(message, **self.DATA), persistentvolumeclaims=claims)
        assert claim_waits.over(*found) == over

    @pytest.mark.parametrize("volumes", [[], [volume()]])
    def test_a_volume_that_is_there_again(self, volumes: list[dict[str, Any]]) -> None:
        claims = [claim({"volumeName": "pv-1"})]
        found = of(waiting(self.NO_VOLUME, **self.DATA), persistentvolumeclaims=claims, persistentvolumes=volumes)
        assert claim_waits.over(*found) == bool(volumes)

    def test_claims_that_were_not_read_tell_nothing(self) -> None:
        assert not claim_waits.over(*of(waiting(self.UNBOUND, **self.DATA)))
