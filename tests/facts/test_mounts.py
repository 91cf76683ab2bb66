from typing import Any

import pytest

from diag.facts import mounts
from diag.facts.attachments import holder, node_state, nodes_with
from diag.facts.index import Index
from diag.facts.starting import starting
from tests.facts.pod_samples import ago, ended, event, index, pod, running

CREATING = {"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
SETUP = 'MountVolume.SetUp failed for volume "{0}" : '
MISSING = SETUP.format("config") + 'configmap "app" not found'
SUMMARY = "Unable to attach or mount volumes: unmounted volumes=[{0}], unattached volumes=[]: timed out waiting"
MULTI = 'Multi-Attach error for volume "pv" Volume is already used by pod(s) web-0'
CONFIG = {"volumes": [{"name": "config", "configMap": {"name": "app"}}, {"name": "other", "emptyDir": {}}]}
DATA = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
CLAIM = {"metadata": {"name": "data", "namespace": "shop"}, "spec": {"volumeName": "pv"}}


def creating(**pod_spec: Any) -> dict[str, Any]:
    return pod(CREATING, pod_spec=pod_spec, phase="Pending")


def volume(*modes: str, driver: str = "d.example") -> dict[str, Any]:
    return {"metadata": {"name": "pv"}, "spec": {"accessModes": list(modes), "csi": {"driver": driver}}}


def attached(node: str, done: bool = True, error: str = "") -> dict[str, Any]:
    status = {"attached": done, **({"attachError": {"message": error}} if error else {})}
    return {
        "metadata": {"name": node},
        "spec": {"nodeName": node, "source": {"persistentVolumeName": "pv"}},
        "status": status,
    }


def answer(found: Index) -> str | None:
    trouble = mounts.trouble(found, found.snapshot.all("pods")[0])
    return trouble.told.answer if trouble else None


class TestStarting:
    @pytest.mark.parametrize(
        ("raw", "wanted"),
        [
            (creating(), True),
            (pod({}, phase="Pending"), True),
            (pod({"state": {"terminated": {"reason": "Unknown", "exitCode": 255}}}), True),
            (pod({"state": running()}), False),
            (pod({"state": ended()}), False),
            (pod({"state": {"waiting": {"reason": "ImagePullBackOff"}}}, phase="Pending"), False),
            (pod({"state": {"waiting": {"reason": "CrashLoopBackOff"}}}), False),
            (pod(CREATING, phase="Failed"), False),
            (pod(CREATING, phase="Pending", conditions=[{"type": "PodScheduled", "status": "False"}]), False),
            (
                pod(
                    CREATING,
                    phase="Pending",
                    initContainerStatuses=[
                        {"name": "i", "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}
                    ],
                ),
                False,
            ),
        ],
    )
    def test_whether_a_pod_waits_for_what_comes_before_its_containers(self, raw: dict[str, Any], wanted: bool) -> None:
        assert starting(index(pods=[raw]).snapshot.all("pods")[0]) is wanted

    def test_a_pod_that_is_being_deleted_does_not_start(self) -> None:
        raw = creating()
        raw["metadata"]["deletionTimestamp"] = ago(5)
        assert not starting(index(pods=[raw]).snapshot.all("pods")[0])


class TestToldByEvents:
    def test_the_specific_failure_counts_not_the_summary(self) -> None:
        events = [event("FailedMount", SUMMARY.format("config"), 10), event("FailedMount", MISSING, 300, 20, count=7)]
        found = index(pods=[creating(**CONFIG)], events=events)
        trouble = mounts.trouble(found, found.snapshot.all("pods")[0])
        assert trouble is not None
        assert (trouble.told.answer, trouble.failures, found.age(trouble.since)) == ("object-missing", 7, 300)

    def test_a_volume_that_a_later_summary_leaves_out_is_mounted(self) -> None:
        events = [event("FailedMount", SUMMARY.format("other"), 10), event("FailedMount", MISSING, 300, 20)]
        assert answer(index(pods=[creating(**CONFIG)], events=events)) == "timeout"

    @pytest.mark.parametrize(
        "sign",
        [
            event("Pulling", "Pulling image", 5, involved={"fieldPath": "spec.containers{app}"}),
            event("Started", "Started container app", 5),
            event("FailedCreatePodSandBox", "Failed to create pod sandbox: oh", 5),
        ],
    )
    def test_a_pod_that_got_further_has_its_volumes(self, sign: dict[str, Any]) -> None:
        assert answer(index(pods=[creating(**CONFIG)], events=[event("FailedMount", MISSING, 300, 20), sign])) is None

    def test_an_object_that_exists_by_now_is_not_missing(self) -> None:
        made = [{"metadata": {"name": "app", "namespace": "shop"}}]
        events = [event("FailedMount", MISSING, 300, 20)]
        assert answer(index(pods=[creating(**CONFIG)], events=events, configmaps=made)) is None

    @pytest.mark.parametrize(
        "later",
        [
            {"volumeattachments": [attached("node-a")]},
            {"extra": event("SuccessfulAttachVolume", 'AttachVolume.Attach succeeded for volume "pv"', 10)},
            {"extra": event("FailedMount", SETUP.format("pv") + "oh", 10)},
        ],
    )
    def test_a_volume_that_was_attached_since_is_attached(self, later: dict[str, Any]) -> None:
        extra = [later.pop("extra")] if "extra" in later else []
        events = [event("FailedAttachVolume", MULTI, 300), *extra]
        found = index(pods=[creating(**DATA)], persistentvolumeclaims=[CLAIM], events=events, **later)
        assert answer(found) in (None, "unknown")


class TestShownByObjects:
    def test_a_config_map_that_does_not_exist(self) -> None:
        assert answer(index(pods=[creating(**CONFIG)], events=[], configmaps=[])) == "object-missing"
        assert answer(index(pods=[creating(**CONFIG)], events=[])) is None

    @pytest.mark.parametrize(
        ("objects", "wanted"),
        [
            (
                {"persistentvolumes": [volume("ReadWriteOnce")], "volumeattachments": [attached("node-b")]},
                "multi-attach",
            ),
            ({"persistentvolumes": [volume("ReadWriteMany")], "volumeattachments": [attached("node-b")]}, None),
            ({"persistentvolumes": [volume("ReadWriteOnce")], "volumeattachments": [attached("node-b", False)]}, None),
            ({"volumeattachments": [attached("node-a", False, "code = NotFound")]}, "gone"),
            (
                {"persistentvolumes": [volume()], "csinodes": [{"metadata": {"name": "node-a"}, "spec": {}}]},
                "driver-missing",
            ),
            (
                {
                    "persistentvolumes": [volume()],
                    "csinodes": [{"metadata": {"name": "node-a"}, "spec": {"drivers": [{"name": "d.example"}]}}],
                },
                None,
            ),
            ({"persistentvolumes": [volume()], "csinodes": []}, None),
        ],
    )
    def test_where_a_volume_is_and_which_drivers_there_are(self, objects: dict[str, Any], wanted: str | None) -> None:
        assert answer(index(pods=[creating(**DATA)], persistentvolumeclaims=[CLAIM], **objects)) == wanted


class TestHolder:
    def other(self, node: str = "node-b", **status: Any) -> dict[str, Any]:
        raw = pod({"state": running()}, pod_spec={**DATA, "nodeName": node}, **status)
        raw["metadata"] = {**raw["metadata"], "name": "web-0", "uid": "uid-0"}
        return raw

    def held(self, *others: dict[str, Any], **objects: Any) -> tuple[str, str | None] | None:
        found = index(pods=[creating(**DATA), *others], persistentvolumeclaims=[CLAIM], **objects)
        kept = holder(found, found.snapshot.all("pods")[0], "pv", "web-0")
        return (kept.node, kept.pod.metadata.name if kept.pod else None) if kept else None

    def test_the_pod_that_the_error_names(self) -> None:
        assert self.held(self.other()) == ("node-b", "web-0")

    def test_the_node_that_has_it_where_no_pod_uses_it(self) -> None:
        assert self.held(volumeattachments=[attached("node-b")]) == ("node-b", None)

    @pytest.mark.parametrize("status", [{"phase": "Succeeded"}, {"phase": "Failed"}])
    def test_a_pod_that_has_ended_holds_nothing(self, status: dict[str, str]) -> None:
        assert self.held(self.other(**status)) is None

    def test_a_pod_of_the_same_node_is_in_nobodys_way(self) -> None:
        assert self.held(self.other("node-a")) is None


def test_how_a_node_is() -> None:
    ready = {"metadata": {"name": "a"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    found = index(nodes=[ready, {"metadata": {"name": "b"}}])
    assert [node_state(found, name) for name in ("a", "b", "c", "")] == ["ready", "not ready", "gone", None]
    assert node_state(index(), "a") is None


def test_the_nodes_that_have_a_driver() -> None:
    nodes = [{"metadata": {"name": name}, "spec": {"drivers": [{"name": d}]}} for name, d in (("a", "x"), ("b", "y"))]
    assert nodes_with(index(csinodes=nodes), "x") == ["a"]


def test_no_pod_is_too_odd() -> None:
    odd = {"metadata": {"name": "web-1", "namespace": "shop"}, "spec": {"volumes": [{"name": "", "projected": {}}]}}
    found = index(pods=[odd], configmaps=[], events=[event("FailedMount", "", 5), event("FailedAttachVolume", '"')])
    assert answer(found) in (None, "unknown")
