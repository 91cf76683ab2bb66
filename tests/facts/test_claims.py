from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import claims
from diag.facts.claims import Refusal
from diag.facts.index import Index, Key
from diag.model.storage import PersistentVolumeClaim
from tests.facts.claim_samples import DEFAULT, DRIVER, SELECTED, claim, consumer, said, storage_class, the_claim
from tests.facts.pod_samples import ago, index

BETA = {"volume.beta.kubernetes.io/storage-class": "old"}
WAITS = {"volumeBindingMode": "WaitForFirstConsumer"}


def of(raw: dict[str, Any] | None = None, **objects: list[dict[str, Any]]) -> tuple[Index, PersistentVolumeClaim]:
    found = index(persistentvolumeclaims=[raw or claim()], **objects)
    return found, found.snapshot.all("persistentvolumeclaims")[0]


class TestClass:
    @pytest.mark.parametrize(
        ("raw", "name"),
        [
            (claim(), None),
            (claim({"storageClassName": ""}), ""),
            (claim({"storageClassName": "fast"}), "fast"),
            (claim({"storageClassName": "fast"}, annotations=BETA), "old"),
            (claim(annotations={"volume.beta.kubernetes.io/storage-class": ""}), ""),
        ],
    )
    def test_its_name(self, raw: dict[str, Any], name: str | None) -> None:
        assert claims.storage_class_name(of(raw)[1]) == name

    def test_the_newest_default_wins_and_names_break_a_tie(self) -> None:
        marks = [
            storage_class("b", meta={"annotations": DEFAULT, "creationTimestamp": ago(500)}),
            storage_class("a", meta={"annotations": DEFAULT, "creationTimestamp": ago(500)}),
            storage_class("old", meta={"annotations": {"storageclass.beta.kubernetes.io/is-default-class": "true"}}),
            storage_class("no", meta={"annotations": {"storageclass.kubernetes.io/is-default-class": "yes"}}),
        ]
        found, data = of(storageclasses=marks)
        assert [each.metadata.name for each in claims.default_classes(found)] == ["a", "b", "old"]
        taken = claims.storage_class(found, data)
        assert taken is not None
        assert taken.metadata.name == "a"

    @pytest.mark.parametrize(
        ("raw", "objects", "state"),
        [
            (claim({"storageClassName": "fast"}), {"storageclasses": [storage_class()]}, "found"),
            (claim({"storageClassName": "fats"}), {"storageclasses": [storage_class()]}, "missing"),
            (claim({"storageClassName": ""}), {"storageclasses": [storage_class()]}, None),
            (claim(), {"storageclasses": []}, None),
            (claim({"storageClassName": "fast"}), {}, None),
            (
                claim({"storageClassName": "fast"}),
                {"events": [said("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')]},
                "missing",
            ),
            (
                claim({"storageClassName": "fast"}),
                {"events": [said("ProvisioningFailed", 'storageclass.storage.k8s.io "faster" not found')]},
                None,
            ),
            (
                claim({"storageClassName": "fast"}),
                {
                    "events": [
                        said("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found', last=90),
                        said("ExternalProvisioning", "Waiting for a volume to be created", last=30),
                    ]
                },
                "found",
            ),
        ],
    )
    def test_whether_it_is_there(self, raw: dict[str, Any], objects: dict[str, Any], state: str | None) -> None:
        assert claims.class_state(*of(raw, **objects)) == state

    def test_its_provisioner_is_told_by_the_claim_where_classes_were_not_read(self) -> None:
        marks = {
            "volume.beta.kubernetes.io/storage-provisioner": "old",
            "volume.kubernetes.io/storage-provisioner": "new",
        }
        raw = claim({"storageClassName": "fast"}, annotations=marks)
        assert claims.provisioner(*of(raw)) == "new"
        assert claims.provisioner(*of(raw, storageclasses=[storage_class()])) == "ebs.csi.aws.com"
        assert claims.provisioner(*of()) is None


class TestBinding:
    @pytest.mark.parametrize(
        ("raw", "objects", "when"),
        [
            (claim({"storageClassName": "fast"}), {"storageclasses": [storage_class()]}, "at-once"),
            (claim({"storageClassName": "fast"}), {"storageclasses": [storage_class(**WAITS)]}, "when-placed"),
            (claim(), {"storageclasses": [storage_class(**WAITS, meta={"annotations": DEFAULT})]}, "when-placed"),
            (claim(), {"storageclasses": [storage_class(**WAITS)]}, "at-once"),
            (claim({"storageClassName": ""}), {}, "at-once"),
            (claim({"storageClassName": "gone"}), {"storageclasses": []}, "at-once"),
            (claim({"storageClassName": "fast"}), {}, None),
            (claim({"storageClassName": "fast"}, annotations=SELECTED), {}, "when-placed"),
            (claim({"storageClassName": "fast"}), {"events": [said("WaitForFirstConsumer")]}, "when-placed"),
            (claim({"storageClassName": "fast"}), {"events": [said("WaitForPodScheduled")]}, "when-placed"),
            (claim({"storageClassName": "fast"}), {"events": [said("ExternalProvisioning")]}, "at-once"),
            (claim({"storageClassName": "fast"}), {"events": [said("FailedBinding")]}, "at-once"),
            (claim({"storageClassName": "fast"}), {"events": [said("FailedBinding", uid="uid-earlier")]}, None),
            (
                claim({"storageClassName": "fast"}),
                {"events": [said("WaitForFirstConsumer", last=90), said("ExternalProvisioning", last=30)]},
                "when-placed",
            ),
        ],
    )
    def test_when(self, raw: dict[str, Any], objects: dict[str, Any], when: str | None) -> None:
        assert claims.binds(*of(raw, **objects)) == when

    @pytest.mark.parametrize(
        ("raw", "waits"),
        [
            (claim({"storageClassName": "fast"}), True),
            (claim({"storageClassName": "fast"}, annotations=SELECTED), False),
            (claim({"storageClassName": "fast", "volumeName": "pv-1"}), False),
            (claim({"storageClassName": ""}), False),
        ],
    )
    def test_whether_it_waits_for_the_scheduler(self, raw: dict[str, Any], waits: bool) -> None:
        assert claims.waits_for_scheduler(*of(raw, storageclasses=[storage_class(**WAITS)])) is waits


class TestPods:
    def test_those_that_have_finished_use_nothing(self) -> None:
        pods = [
            consumer("a"),
            consumer("b", phase="Running"),
            consumer("c", phase="Succeeded"),
            consumer("d", phase="Failed"),
        ]
        found, data = of(pods=[*pods, consumer("e", claims=("other",))])
        assert [pod.metadata.name for pod in claims.consumers(found, data)] == ["a", "b"]

    def test_those_on_a_node_hold_it_even_when_they_have_finished(self) -> None:
        placed = {"nodeName": "node-a"}
        pods = [
            consumer("a"),
            consumer("b", spec=placed, phase="Running"),
            consumer("c", spec=placed, phase="Succeeded"),
        ]
        found, data = of(pods=pods)
        assert [pod.metadata.name for pod in claims.holders(found, data)] == ["b", "c"]

    def test_a_pod_that_has_shut_down_holds_a_claim_but_not_its_own(self) -> None:
        gone = {"deletionTimestamp": ago(60), "deletionGracePeriodSeconds": 0}
        pods = [consumer("a", spec={"nodeName": "node-a"}, meta=gone)]
        own = [{"kind": "Pod", "name": "a", "uid": "uid-a", "controller": True}]
        assert [pod.metadata.name for pod in claims.holders(*of(pods=pods))] == ["a"]
        assert claims.holders(*of(claim(ownerReferences=own), pods=pods)) == []


class TestWorkloads:
    OWNED = {"ownerReferences": [{"kind": "StatefulSet", "name": "db", "uid": "uid-db", "controller": True}]}

    @staticmethod
    def stateful_set(name: str = "db", template: str = "data", namespace: str = "shop", **meta: Any) -> dict[str, Any]:
        return {
            "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", **meta},
            "spec": {"replicas": 3, "volumeClaimTemplates": [{"metadata": {"name": template}}]},
        }

    def test_that_of_the_pods_that_mount_it(self) -> None:
        pods = [consumer("db-0", meta=self.OWNED), consumer("db-1", meta=self.OWNED), consumer("loose")]
        assert claims.workloads(*of(pods=pods)) == [Key("StatefulSet", "shop", "db")]

    def test_pods_that_have_finished_tell_when_no_other_does(self) -> None:
        assert claims.workloads(*of(pods=[consumer("db-0", meta=self.OWNED, phase="Failed")])) == [
            Key("StatefulSet", "shop", "db")
        ]

    def test_its_owner_where_no_pod_mounts_it(self) -> None:
        assert claims.workloads(*of(claim(**self.OWNED))) == [Key("StatefulSet", "shop", "db")]

    @pytest.mark.parametrize(
        ("name", "sets", "expected"),
        [
            ("data-db-0", [("db", "data", "shop")], "db"),
            ("data-db-12", [("b", "data-d", "shop"), ("db", "data", "shop")], "db"),
            ("data-my-db-0", [("db", "data-my", "shop"), ("my-db", "other", "shop")], "db"),
            ("data-db-0", [("db", "data", "other")], None),
            ("data-db-0", [("db", "wal", "shop")], None),
            ("data-db", [("db", "data", "shop")], None),
            ("data-db-old", [("db", "data", "shop")], None),
            ("0", [("db", "data", "shop")], None),
            ("", [("db", "data", "shop")], None),
        ],
    )
    def test_the_set_that_names_claims_so(
        self, name: str, sets: list[tuple[str, str, str]], expected: str | None
    ) -> None:
        objects = [self.stateful_set(*each) for each in sets]
        keys = claims.workloads(*of(claim(name=name), statefulsets=objects))
        assert keys == ([Key("StatefulSet", "shop", expected)] if expected else [])

    def test_the_owner_of_that_set(self) -> None:
        owner = [{"kind": "Prometheus", "name": "k8s", "uid": "p", "controller": True}]
        objects = [self.stateful_set(ownerReferences=owner)]
        assert claims.workloads(*of(claim(name="data-db-0"), statefulsets=objects)) == [
            Key("Prometheus", "shop", "k8s")
        ]


class TestRefusal:
    KEY = Key("StatefulSet", "shop", "db")
    QUOTA = 'persistentvolumeclaims "data-db-1" is forbidden: exceeded quota: team'

    def refused(self, message: str, claims_there: tuple[str, ...] = (), **event: Any) -> Refusal | None:
        told = {
            **said("FailedCreate", message),
            "involvedObject": {"kind": "StatefulSet", "namespace": "shop", "name": "db", "uid": "uid-db"},
            **event,
        }
        objects = {
            "statefulsets": [TestWorkloads.stateful_set()],
            "events": [told],
            "persistentvolumeclaims": [claim(name=name) for name in claims_there],
        }
        return claims.refusal(index(**objects), self.KEY)

    @pytest.mark.parametrize("link", ["", "for "])
    def test_in_the_words_of_old_and_new_controllers(self, link: str) -> None:
        told = f"create Claim data-db-1 {link}Pod db-1 in StatefulSet db failed error: {self.QUOTA}"
        assert self.refused(told) == Refusal("data-db-1", "db-1", self.QUOTA)

    @pytest.mark.parametrize(
        "told",
        [
            "create Claim data-db-1 Pod db-1 in StatefulSet db success",
            f"create Pod db-1 in StatefulSet db failed error: {QUOTA}",
            "",
        ],
    )
    def test_other_words_are_none(self, told: str) -> None:
        assert self.refused(told) is None

    def test_none_once_the_claim_exists(self) -> None:
        told = f"create Claim data-db-1 for Pod db-1 in StatefulSet db failed error: {self.QUOTA}"
        assert self.refused(told, claims_there=("data-db-1",)) is None

    def test_none_for_other_workloads_and_unknown_sets(self) -> None:
        assert claims.refusal(index(), Key("Deployment", "shop", "db")) is None
        assert claims.refusal(index(statefulsets=[]), self.KEY) is None


@pytest.mark.parametrize(
    ("capacity", "expandable", "size"),
    [
        ("10Gi", True, "15Gi"),
        ("25Gi", True, "38Gi"),
        ("1Mi", True, "1Gi"),
        ("1Ti", True, "1536Gi"),
        ("10G", True, "14Gi"),
        ("10Gi", False, None),
        ("", True, None),
        ("0", True, None),
        ("many", True, None),
        ("1.5e308", True, f"{int(1.5 * (1.5e308 / 2**30))}Gi"),
    ],
)
def test_a_larger_size_is_half_as_much_again_in_whole_gib(capacity: str, expandable: bool, size: str | None) -> None:
    raw = claim({"storageClassName": "fast"}, "Bound")
    raw["status"]["capacity"] = {"storage": capacity} if capacity else {}
    found = of(raw, storageclasses=[storage_class(allowVolumeExpansion=expandable)])
    assert claims.larger_size(*found) == size


@pytest.mark.parametrize(
    ("asked", "has", "wants"),
    [
        ("20Gi", "10Gi", True),
        ("10Gi", "10Gi", False),
        ("10Gi", "11Gi", False),
        ("10Gi", "", False),
        ("x", "1Gi", False),
    ],
)
def test_whether_it_wants_more_than_it_has(asked: str, has: str, wants: bool) -> None:
    raw = claim({"resources": {"requests": {"storage": asked}}}, "Bound")
    raw["status"]["capacity"] = {"storage": has} if has else {}
    assert claims.wants_more(of(raw)[1]) is wants


TEXT = st.text(max_size=20)


@given(name=TEXT, event=st.tuples(TEXT, TEXT, TEXT), class_=st.none() | TEXT, quantity=TEXT)
def test_nothing_is_raised_for_odd_objects(
    name: str, event: tuple[str, str, str], class_: str | None, quantity: str
) -> None:
    reason, message, source = event
    raw = claim({"storageClassName": class_, "resources": {"requests": {"storage": quantity}}}, name=name)
    found = index(
        persistentvolumeclaims=[raw, {"metadata": {}}],
        events=[said(reason, message, source=source)],
        storageclasses=[{"metadata": {}}],
        statefulsets=[{"metadata": {"namespace": "shop"}, "spec": {"volumeClaimTemplates": [{}]}}],
    )
    for one in found.snapshot.all("persistentvolumeclaims"):
        assert claims.binds(found, one) in ("at-once", "when-placed", None)
        assert claims.class_state(found, one) in ("found", "missing", None)
        assert claims.workloads(found, one) == []
        assert not claims.wants_more(one)
        assert claims.larger_size(found, one) is None


def test_events_of_an_earlier_claim_of_this_name_say_nothing_of_this_one() -> None:
    events = [said("FailedBinding", uid="uid-earlier"), said("Provisioning", source=DRIVER), said("Old", uid="")]
    found = index(persistentvolumeclaims=[claim()], events=events)
    assert {event.reason for event in claims.claim_events(found, the_claim(found))} == {"Provisioning", "Old"}
