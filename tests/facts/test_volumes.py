from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import volumes
from diag.facts.index import Index
from diag.model.storage import PersistentVolumeClaim
from tests.facts.claim_samples import EARLIER, claim, storage_class, volume
from tests.facts.pod_samples import ago, index

OTHER = {"namespace": "staging", "name": "data", "uid": "uid-other"}
OWN = {"namespace": "shop", "name": "data", "uid": "uid-data"}
RESERVED = {"namespace": "shop", "name": "data"}
PROVISIONED = {"annotations": {"pv.kubernetes.io/provisioned-by": "ebs.csi.aws.com"}}


def of(raw: dict[str, Any], *found: dict[str, Any], **objects: Any) -> tuple[Index, PersistentVolumeClaim]:
    result = index(persistentvolumeclaims=[raw], persistentvolumes=list(found), **objects)
    return result, result.snapshot.all("persistentvolumeclaims")[0]


def obstacles(raw: dict[str, Any], one: dict[str, Any]) -> tuple[str, ...]:
    (found,) = volumes.candidates(*of(raw, one))
    return found.obstacles


class TestObstacles:
    @pytest.mark.parametrize(
        ("spec", "one", "expected"),
        [
            ({}, volume(), ()),
            ({}, volume(capacity={"storage": "10737418240"}), ()),
            ({}, volume(capacity={"storage": "10G"}), ("is too small (10G, 10Gi asked for)",)),
            ({}, volume(capacity={}), ("is too small (no size, 10Gi asked for)",)),
            ({}, volume(capacity={"storage": "much"}), ()),
            ({"volumeMode": "Block"}, volume(), ("has volumeMode Filesystem, not Block",)),
            ({"volumeMode": "Block"}, volume(volumeMode="Block"), ()),
            (
                {"accessModes": ["ReadWriteMany", "ReadWriteOnce"]},
                volume(),
                ("does not offer ReadWriteMany (it offers ReadWriteOnce)",),
            ),
            ({}, volume(accessModes=[]), ("does not offer ReadWriteOnce (it offers none)",)),
            (
                {"selector": {"matchLabels": {"disk": "ssd"}}},
                volume(),
                ("does not have the labels that the claim selects",),
            ),
            ({"selector": {"matchLabels": {"disk": "ssd"}}}, volume(meta={"labels": {"disk": "ssd"}}), ()),
            ({"selector": {}}, volume(), ()),
            ({}, volume(volumeAttributesClassName="gold"), ("has volumeAttributesClass gold",)),
            ({"volumeAttributesClassName": "gold"}, volume(), ("has volumeAttributesClass none",)),
            ({}, volume(meta={"deletionTimestamp": ago(5)}), ("is being deleted",)),
            ({}, volume(phase="Failed"), ("is Failed",)),
            ({}, volume(phase=""), ()),
            ({}, volume(phase="Bound", claimRef=OTHER), ("is Bound (claim staging/data)",)),
            ({}, volume(phase="Released", claimRef=EARLIER), ("is Released (an earlier claim of this name)",)),
            ({}, volume(phase="Bound", claimRef=OWN), ()),
            ({"storageClassName": "fast"}, volume(claimRef=RESERVED, storageClassName="slow"), ()),
            ({"selector": {"matchLabels": {"a": "b"}}}, volume(claimRef=RESERVED), ()),
            ({}, volume(claimRef=RESERVED, capacity={"storage": "1Gi"}), ("is too small (1Gi, 10Gi asked for)",)),
            (
                {},
                volume(capacity={"storage": "1Gi"}, volumeMode="Block"),
                ("is too small (1Gi, 10Gi asked for)", "has volumeMode Block, not Filesystem"),
            ),
        ],
    )
    def test_all_of_one_volume(self, spec: dict[str, Any], one: dict[str, Any], expected: tuple[str, ...]) -> None:
        assert obstacles(claim(spec), one) == expected

    def test_the_old_annotation_counts_first(self) -> None:
        old = volume(storageClassName="slow", meta={"annotations": {"volume.beta.kubernetes.io/storage-class": "fast"}})
        assert obstacles(claim({"storageClassName": "fast"}), old) == ()

    def test_free_volumes_of_other_classes_are_listed_where_there_is_none_of_its_own(self) -> None:
        slow = volume("slow-1", storageClassName="slow")
        taken = volume("slow-2", "Bound", storageClassName="slow", claimRef=OTHER)
        found = of(claim({"storageClassName": "fast"}), slow, taken)
        assert [(one.volume.metadata.name, one.obstacles) for one in volumes.candidates(*found)] == [
            ("slow-1", ("has class slow, not fast",))
        ]
        own = volume("fast-1", "Bound", storageClassName="fast", claimRef=OTHER)
        found = of(claim({"storageClassName": "fast"}), slow, own)
        assert [one.volume.metadata.name for one in volumes.candidates(*found)] == ["fast-1"]

    def test_the_nearest_to_a_fit_come_first_and_those_of_others_last(self) -> None:
        found = of(
            claim(),
            volume("a", "Bound", claimRef=OTHER),
            volume("b", capacity={"storage": "1Gi"}, volumeMode="Block"),
            volume("c", capacity={"storage": "1Gi"}),
            volume("d"),
        )
        assert [one.volume.metadata.name for one in volumes.candidates(*found)] == ["d", "c", "b", "a"]
        assert [one.metadata.name for one in volumes.fitting(*found)] == ["d"]

    def test_a_claim_that_names_its_volume_takes_no_other_and_no_selector(self) -> None:
        named = claim({"volumeName": "pv-2", "selector": {"matchLabels": {"a": "b"}}})
        found = of(named, volume("pv-1"), volume("pv-2"))
        assert [one.metadata.name for one in volumes.fitting(*found)] == ["pv-2"]
        assert volumes.candidates(*of(named, volume("pv-1"))) == []


class TestNamed:
    NAMED = claim({"volumeName": "pv-1"})

    @pytest.mark.parametrize(
        ("raw", "found", "fault"),
        [
            (claim(), [], None),
            (NAMED, [], ("missing", "the claim names volume pv-1, which does not exist")),
            (NAMED, [volume()], None),
            (
                NAMED,
                [volume(phase="Bound", claimRef=OTHER)],
                ("bound-elsewhere", "volume pv-1 belongs to claim staging/data"),
            ),
            (
                NAMED,
                [volume(phase="Released", claimRef=EARLIER)],
                ("bound-elsewhere", "volume pv-1 belongs to an earlier claim of this name"),
            ),
            (NAMED, [volume(phase="Bound", claimRef=OWN, capacity={"storage": "1Gi"})], None),
            (NAMED, [volume(claimRef=RESERVED)], None),
            (
                NAMED,
                [volume(capacity={"storage": "1Gi"}, storageClassName="slow")],
                ("mismatch", "is too small (1Gi, 10Gi asked for) and has class slow, not none"),
            ),
            (claim({"volumeName": "pv-1", "selector": {"matchLabels": {"a": "b"}}}), [volume()], None),
            (claim({"volumeName": "pv-1"}, "Bound"), [], None),
            (
                claim({"volumeName": "pv-1"}, "Lost"),
                [],
                ("missing", "the claim names volume pv-1, which does not exist"),
            ),
        ],
    )
    def test_what_is_wrong_with_it(
        self, raw: dict[str, Any], found: list[dict[str, Any]], fault: tuple[str, str] | None
    ) -> None:
        assert volumes.named_fault(*of(raw, *found)) == fault

    def test_nothing_where_volumes_were_not_read(self) -> None:
        found = index(persistentvolumeclaims=[self.NAMED])
        assert volumes.named_fault(found, found.snapshot.all("persistentvolumeclaims")[0]) is None


class TestReleased:
    KEPT = volume(phase="Released", claimRef=EARLIER)

    @pytest.mark.parametrize(
        ("raw", "found"),
        [
            (claim(), [KEPT]),
            (claim({"storageClassName": ""}), [KEPT]),
            (claim({"volumeName": "pv-1"}), [KEPT, volume("pv-2")]),
            (
                claim({"storageClassName": "manual"}),
                [volume(phase="Released", claimRef=EARLIER, storageClassName="manual")],
            ),
            (
                claim({"storageClassName": "local"}),
                [volume(phase="Released", claimRef=EARLIER, storageClassName="local")],
            ),
            (
                claim({"storageClassName": "fast", "volumeName": "pv-1"}),
                [volume(phase="Released", claimRef=EARLIER, storageClassName="fast", meta=PROVISIONED)],
            ),
        ],
    )
    def test_kept_for_an_earlier_claim_of_this_name(self, raw: dict[str, Any], found: list[dict[str, Any]]) -> None:
        classes = [storage_class("fast"), storage_class("local", "kubernetes.io/no-provisioner")]
        result = volumes.released(*of(raw, *found, storageclasses=classes))
        assert result is not None
        assert result.metadata.name == "pv-1"

    @pytest.mark.parametrize(
        ("raw", "found"),
        [
            (claim(), [volume(phase="Released", claimRef=OTHER)]),
            (claim(), [volume(phase="Released", claimRef=OWN)]),
            (claim(), [volume(phase="Released", claimRef=RESERVED)]),
            (claim(), [volume(phase="Bound", claimRef=EARLIER)]),
            (claim(), [volume(phase="Released", claimRef=EARLIER, persistentVolumeReclaimPolicy="Delete")]),
            (claim(), [volume(phase="Released", claimRef=EARLIER, capacity={"storage": "1Gi"})]),
            (claim(), [volume(phase="Released", claimRef=EARLIER, storageClassName="slow")]),
            (claim(), [KEPT, volume("pv-2")]),
            (claim({"volumeName": "pv-2"}), [KEPT, volume("pv-2")]),
            (
                claim({"storageClassName": "fast"}),
                [volume(phase="Released", claimRef=EARLIER, storageClassName="fast", meta=PROVISIONED)],
            ),
            (
                claim({"storageClassName": "gone"}),
                [volume(phase="Released", claimRef=EARLIER, storageClassName="gone", meta=PROVISIONED)],
            ),
        ],
    )
    def test_nothing_that_a_new_claim_would_wait_for(self, raw: dict[str, Any], found: list[dict[str, Any]]) -> None:
        assert volumes.released(*of(raw, *found, storageclasses=[storage_class("fast")])) is None


@pytest.mark.parametrize(
    ("class_", "found", "by_hand"),
    [
        ("manual", [volume(storageClassName="manual")], True),
        ("manual", [volume(storageClassName="manual", phase="Bound", claimRef=OTHER)], True),
        ("manual", [volume(storageClassName="manual", meta=PROVISIONED)], False),
        ("manual", [volume()], False),
        ("", [volume()], False),
        (None, [volume()], False),
    ],
)
def test_whether_volumes_of_its_class_were_made_by_hand(
    class_: str | None, found: list[dict[str, Any]], by_hand: bool
) -> None:
    assert volumes.any_made_by_hand(*of(claim({"storageClassName": class_}), *found)) is by_hand


MODES = st.lists(st.sampled_from(["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", ""]), max_size=3)
SIZES = st.sampled_from(["1Gi", "10Gi", "1e3", "", "x", "-1"])


@given(MODES, SIZES, MODES, SIZES, st.sampled_from([None, OWN, EARLIER, OTHER, {}]), st.text(max_size=8))
def test_a_volume_fits_or_says_why_not(
    asked: list[str], size: str, offered: list[str], capacity: str, ref: dict[str, Any] | None, phase: str
) -> None:
    raw = claim({"accessModes": asked, "resources": {"requests": {"storage": size}}, "storageClassName": ""})
    one = volume(phase=phase, accessModes=offered, capacity={"storage": capacity}, claimRef=ref)
    found = of(raw, one, {"metadata": {}})
    listed = volumes.candidates(*found)
    assert len(listed) == 2
    assert all(one.obstacles or one.volume in volumes.fitting(*found) for one in listed)
    assert not any(one.taken and not one.obstacles for one in listed)
    volumes.released(*found)
