from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import placement
from diag.facts.index import Index
from diag.facts.placement import Reason
from diag.model.pods import Pod
from tests.facts.claim_samples import claim, consumer, node, storage_class, the_claim, volume, within
from tests.facts.pod_samples import index

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
NO_HELP = " preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
CONFLICT = "0/2 nodes are available: 1 Insufficient memory, 1 node(s) had volume node affinity conflict."
NO_VOLUME = "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't find available persistent volumes to bind."


def of(raw: dict[str, Any], **objects: Any) -> tuple[Index, Pod]:
    found = index(pods=[raw], **objects)
    return found, found.snapshot.all("pods")[0]


@pytest.mark.parametrize(
    ("message", "reasons"),
    [
        ("0/3 nodes are available: 3 Insufficient cpu.", [(3, "Insufficient cpu")]),
        (
            "0/3 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't "
            "tolerate, 2 node(s) had volume node affinity conflict.",
            [
                (1, "node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate"),
                (2, "node(s) had volume node affinity conflict"),
            ],
        ),
        (
            "0/3 nodes are available: 1 node(s) had untolerated taint {a: b, 2 c}, 2 Insufficient memory." + NO_HELP,
            [(1, "node(s) had untolerated taint {a: b, 2 c}"), (2, "Insufficient memory")],
        ),
        (
            "0/1 nodes are available: 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/1 "
            "nodes are available: 1 Preemption is not helpful for scheduling.",
            [(1, "node(s) had untolerated taint(s)")],
        ),
        (
            "0/3 nodes are available: 3 pod has unbound immediate PersistentVolumeClaims.",
            [(3, "pod has unbound immediate PersistentVolumeClaims")],
        ),
        (
            "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims." + NO_HELP,
            [(None, "pod has unbound immediate PersistentVolumeClaims")],
        ),
        (
            '0/3 nodes are available: persistentvolumeclaim "a" not found.' + NO_HELP,
            [(None, 'persistentvolumeclaim "a" not found')],
        ),
        ("no nodes available to schedule pods", [(None, "no nodes available to schedule pods")]),
        ("  ", []),
        ("", []),
        ("0/0 nodes are available: ", []),
    ],
)
def test_the_reasons_in_a_message(message: str, reasons: list[tuple[int | None, str]]) -> None:
    assert placement.scheduling_reasons(message) == [Reason(*each) for each in reasons]


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_message_has_reasons_without_its_head(head: str, tail: str) -> None:
    for message in (head, f"0/3 nodes are available: {head}. preemption: {tail}"):
        for _, text in placement.scheduling_reasons(message):
            assert text
            assert not text.startswith("0/3 nodes are available: 0/3")


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([{"type": "PodScheduled", "status": "False", "message": "no"}], "no"),
        ([{"type": "PodScheduled", "status": "False"}], None),
        ([{"type": "PodScheduled", "status": "True", "message": "no"}], None),
        ([{"type": "Ready", "status": "False", "message": "no"}], None),
        ([], None),
    ],
)
def test_what_the_scheduler_says(conditions: list[dict[str, Any]], message: str | None) -> None:
    assert placement.unschedulable_message(of(consumer(conditions=conditions))[1]) == message


class TestMissingClaims:
    EPHEMERAL = {"volumes": [{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {}}}]}

    def test_those_that_do_not_exist_in_its_namespace(self) -> None:
        there = [claim(), claim(name="logs", namespace="staging")]
        found = of(consumer(claims=("data", "logs")), persistentvolumeclaims=there)
        assert placement.missing_claims(*found) == ["logs"]

    def test_those_of_its_own_volumes_too(self) -> None:
        found = of(consumer(spec=self.EPHEMERAL), persistentvolumeclaims=[])
        assert placement.missing_claims(*found) == ["db-scratch"]

    def test_none_where_claims_were_not_read(self) -> None:
        assert placement.missing_claims(*of(consumer())) == []

    @pytest.mark.parametrize(
        ("owner", "foreign"), [("uid-db", []), ("uid-other", ["db-scratch"]), (None, ["db-scratch"])]
    )
    def test_one_that_was_made_for_something_else(self, owner: str | None, foreign: list[str]) -> None:
        owners = [{"kind": "Pod", "name": "db", "uid": owner, "controller": True}] if owner else []
        there = [claim(name="db-scratch", ownerReferences=owners)]
        found = of(consumer(spec=self.EPHEMERAL), persistentvolumeclaims=there)
        assert placement.foreign_claims(*found) == foreign


class TestReach:
    @staticmethod
    def reach(*affinities: dict[str, Any] | None, message: str = CONFLICT, **objects: Any) -> str | None:
        names = [f"pv-{i}" for i in range(len(affinities))]
        found = of(
            consumer(claims=tuple(f"claim-{name}" for name in names), message=message),
            persistentvolumeclaims=[claim({"volumeName": name}, "Bound", name=f"claim-{name}") for name in names],
            persistentvolumes=[
                volume(name, "Bound", nodeAffinity=a) for name, a in zip(names, affinities, strict=True)
            ],
            **objects,
        )
        return placement.volume_reach(*found)

    @pytest.mark.parametrize(
        ("nodes", "end"),
        [
            ([node("a", zone="eu-1a")], "no node is there"),
            ([], "no node is there"),
            ([node("b", zone="eu-1b", unschedulable=True)], "b is cordoned"),
            ([node("b", zone="eu-1b", ready="Unknown")], "b is not ready"),
            (
                [node("b", zone="eu-1b", ready="False"), node("c", zone="eu-1b", unschedulable=True)],
                "b is not ready; c is cordoned",
            ),
            (
                [node("b", zone="eu-1b"), node("c", zone="eu-1b", unschedulable=True)],
                "on b, c, where the pod does not fit (1 Insufficient memory)",
            ),
            (
                [node(f"b{i}", zone="eu-1b") for i in range(7)],
                "on b0, b1, b2, b3, b4 and 2 more, where the pod does not fit (1 Insufficient memory)",
            ),
        ],
    )
    def test_of_one_volume(self, nodes: list[dict[str, Any]], end: str) -> None:
        found = self.reach(within(ZONE, "eu-1b"), nodes=nodes)
        assert found == f"volume pv-0 can only be reached where {ZONE}=eu-1b: {end}"

    def test_of_two_volumes_in_two_zones(self) -> None:
        found = self.reach(
            within(ZONE, "eu-1a"), within(ZONE, "eu-1b"), nodes=[node("a", zone="eu-1a"), node("b", zone="eu-1b")]
        )
        assert found == (
            f"volume pv-0 can only be reached where {ZONE}=eu-1a; volume pv-1 can only be reached where {ZONE}=eu-1b: "
            "no node is at all of these places"
        )

    def test_none_for_volumes_that_can_be_reached_anywhere_or_nodes_that_were_not_read(self) -> None:
        assert self.reach(None, {}, nodes=[node("a")]) is None
        assert self.reach(within(ZONE, "eu-1b")) is None
        assert self.reach(nodes=[]) is None

    def test_the_place_in_words(self) -> None:
        terms = [
            {
                "matchExpressions": [
                    {"key": ZONE, "operator": "In", "values": ["a", "b"]},
                    {"key": "gpu", "operator": "Exists"},
                ]
            },
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n"]}]},
        ]
        found = self.reach({"required": {"nodeSelectorTerms": terms}}, nodes=[])
        assert found is not None
        assert f"where {ZONE} In a, b and gpu Exists or metadata.name=n: " in found


class TestFittingReach:
    @staticmethod
    def reach(
        *affinities: dict[str, Any] | None,
        message: str = NO_VOLUME,
        others: tuple[dict[str, Any], ...] = (),
        **objects: Any,
    ) -> str | None:
        mounted = ("data", *(other["metadata"]["name"] for other in others))
        found = index(
            pods=[consumer(claims=mounted, message=message)],
            persistentvolumeclaims=[claim({"storageClassName": "local"}), *others],
            persistentvolumes=[
                volume(f"pv-{i}", storageClassName="local", nodeAffinity=affinity)
                for i, affinity in enumerate(affinities)
            ],
            storageclasses=[storage_class("local", "kubernetes.io/no-provisioner"), storage_class("fast")],
            **objects,
        )
        return placement.fitting_reach(found, the_claim(found))

    def test_on_a_node_that_is_full(self) -> None:
        found = self.reach(within(HOST, "a"), nodes=[node("a", hostname="a"), node("b", hostname="b")])
        assert found == f"{HOST}=a: on a, where the pod does not fit (1 Insufficient cpu)"

    def test_on_a_node_that_is_gone(self) -> None:
        found = self.reach(within(HOST, "a"), within(HOST, "c"), nodes=[node("b", hostname="b")])
        assert found == f"{HOST}=a or {HOST}=c: no node is there"

    def test_none_where_the_scheduler_does_not_say_so(self) -> None:
        assert self.reach(within(HOST, "a"), message=CONFLICT, nodes=[]) is None
        assert self.reach(within(HOST, "a"), message="", nodes=[]) is None

    def test_none_where_no_volume_fits_or_one_can_be_reached_anywhere(self) -> None:
        assert self.reach(nodes=[]) is None
        assert self.reach(within(HOST, "a"), None, nodes=[]) is None

    def test_none_where_nodes_were_not_read(self) -> None:
        assert self.reach(within(HOST, "a")) is None

    @pytest.mark.parametrize(("class_", "blamed"), [("local", False), ("fast", True)])
    def test_none_where_another_claim_of_the_pod_has_no_volume(self, class_: str, blamed: bool) -> None:
        wants_more = {"storageClassName": class_, "resources": {"requests": {"storage": "99Gi"}}}
        found = self.reach(within(HOST, "a"), others=(claim(wants_more, name="wal"),), nodes=[node("a", hostname="a")])
        assert (found is not None) is blamed


def test_nothing_is_raised_for_odd_objects() -> None:
    odd = {"metadata": {}, "spec": {"volumes": [{}, {"persistentVolumeClaim": {}}, {"name": "x", "ephemeral": {}}]}}
    empty: list[dict[str, Any]] = [{"metadata": {}}]
    found, pod = of(odd, persistentvolumeclaims=empty, persistentvolumes=empty, nodes=empty)
    assert placement.volume_reach(found, pod) is None
    assert placement.missing_claims(found, pod) == ["-x"]
    assert placement.foreign_claims(found, pod) == []
    assert placement.fitting_reach(found, found.snapshot.all("persistentvolumeclaims")[0]) is None
