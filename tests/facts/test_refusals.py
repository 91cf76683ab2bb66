from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.refusals import Refusal, Said, deciding, said, sorted_out, taint_kind
from tests.facts.node_samples import the_pod, waiting
from tests.facts.pod_samples import event, index

HEAD = "0/3 nodes are available: "
INVOLVED = {"name": "web", "uid": "uid-web"}


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("3 Insufficient cpu.", Refusal("cpu", 3)),
        ("3 Insufficient memory.", Refusal("memory", 3)),
        ("3 Insufficient ephemeral-storage.", Refusal("ephemeral-storage", 3)),
        ("3 Insufficient nvidia.com/gpu.", Refusal("resource", 3, "nvidia.com/gpu")),
        ("3 Insufficient hugepages-2Mi.", Refusal("resource", 3, "hugepages-2Mi")),
        ("3 cannot allocate all claims.", Refusal("resource", 3)),
        ("3 resourceclaim not available on the node.", Refusal("resource", 3)),
        ("waiting for resource claim controller to create the claim.", Refusal("resource", 0)),
        ("3 Too many pods.", Refusal("pods", 3)),
        ("3 Insufficient pods.", Refusal("pods", 3)),
        ("3 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate.", Refusal("taint", 3, "dedicated=gpu")),
        ("3 node(s) had untolerated taint {dedicated: gpu}.", Refusal("taint", 3, "dedicated=gpu")),
        ("3 node(s) had untolerated taint(s).", Refusal("taint", 3)),
        ("3 node(s) had taints that the pod didn't tolerate.", Refusal("taint", 3)),
        (
            "3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.",
            Refusal("control-plane", 3, "node-role.kubernetes.io/control-plane"),
        ),
        (
            "3 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate.",
            Refusal("control-plane", 3, "node-role.kubernetes.io/master"),
        ),
        (
            "3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
            Refusal("not-ready", 3, "node.kubernetes.io/not-ready"),
        ),
        (
            "3 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.",
            Refusal("pressure", 3, "node.kubernetes.io/disk-pressure"),
        ),
        (
            "3 node(s) had untolerated taint {node.cloudprovider.kubernetes.io/uninitialized: true}.",
            Refusal("uninitialized", 3, "node.cloudprovider.kubernetes.io/uninitialized=true"),
        ),
        ("3 node(s) were not ready.", Refusal("not-ready", 3)),
        ("3 node(s) were unschedulable.", Refusal("cordoned", 3)),
        ("3 node(s) didn't match Pod's node affinity/selector.", Refusal("selector", 3)),
        ("3 node(s) didn't match Pod's node affinity.", Refusal("selector", 3)),
        ("3 node(s) didn't match node selector.", Refusal("selector", 3)),
        ("3 node(s) didn't match scheduler-enforced node affinity.", Refusal("selector", 3)),
        ("3 node(s) didn't match the requested node name.", Refusal("selector", 3)),
        ("3 node(s) didn't match pod affinity rules.", Refusal("pod-affinity", 3)),
        ("3 node(s) didn't match pod affinity/anti-affinity rules.", Refusal("pod-affinity", 3)),
        ("3 node(s) didn't match pod anti-affinity rules.", Refusal("pod-affinity", 3)),
        ("3 node(s) didn't satisfy existing pods anti-affinity rules.", Refusal("pod-affinity", 3)),
        ("3 node(s) didn't match pod topology spread constraints.", Refusal("topology-spread", 3)),
        (
            "3 node(s) didn't match pod topology spread constraints (missing required label).",
            Refusal("topology-spread", 3),
        ),
        ("3 node(s) didn't have free ports for the requested pod ports.", Refusal("hostport", 3)),
        ("3 node(s) exceed max volume count.", Refusal("volume-limit", 3)),
        ("3 node(s) did not have enough free storage.", Refusal("storage-capacity", 3)),
        ("3 node(s) had volume node affinity conflict.", Refusal("volume-affinity", 3)),
        ("3 node(s) didn't match PersistentVolume's node affinity.", Refusal("volume-affinity", 3)),
        ("3 node(s) had no available volume zone.", Refusal("volume-affinity", 3)),
        ("3 node(s) didn't find available persistent volumes to bind.", Refusal("no-volume", 3)),
        (
            "3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode.",
            Refusal("rwop", 3),
        ),
        (
            "3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by "
            "another pod.",
            Refusal("rwop", 3),
        ),
        ("3 ebs.csi.aws.com CSI driver is not installed on the node.", Refusal("csi", 3, "ebs.csi.aws.com")),
        ("3 pod has unbound immediate PersistentVolumeClaims.", Refusal("claim-unbound", 3)),
        ("pod has unbound immediate PersistentVolumeClaims. not found", Refusal("claim-unbound", 0)),
        ('persistentvolumeclaim "data" not found.', Refusal("claim-missing", 0, "data")),
        ('persistentvolumeclaim "data" bound to non-existent persistentvolume "pv".', Refusal("claim-missing", 0)),
        (
            "3 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s).",
            Refusal("claim-missing", 3),
        ),
        (
            'waiting for ephemeral volume controller to create the persistentvolumeclaim "web-scratch".',
            Refusal("claim-missing", 0),
        ),
        ('persistentvolumeclaim "data" is being deleted.', Refusal("claim-terminating", 0, "data")),
        ("3 Preemption is not helpful for scheduling.", Refusal("preemption", 3)),
        ("3 No preemption victims found for incoming pod.", Refusal("preemption", 3)),
        ("3 node(s) are of the wrong colour.", Refusal("other", 3)),
    ],
)
def test_each_reason_has_its_kind(text: str, refusal: Refusal) -> None:
    assert sorted_out(HEAD + text) == [refusal]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no nodes available to schedule pods", "no-nodes"),
        ('running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded', "claim-unbound"),
        ('running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "x"', "claim-unbound"),
        ("pod group is not ready, 1 Pending, 3 minAvailable.", "other"),
    ],
)
def test_so_have_other_sentences(text: str, kind: str) -> None:
    assert [refusal.kind for refusal in sorted_out(text)] == [kind]


CONTROL = "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{CONTROL}, 2 Insufficient cpu.", "cpu"),
        (f"{CONTROL}, 2 node(s) didn't match Pod's node affinity/selector.", "selector"),
        (f"{CONTROL}.", "control-plane"),
        ("1 Insufficient cpu, 3 Insufficient memory.", "memory"),
        ("2 Insufficient cpu, 2 Insufficient memory.", "cpu"),
        ("1 Insufficient cpu, 9 node(s) didn't match Pod's node affinity/selector.", "cpu"),
        ("1 Insufficient cpu, 9 node(s) had untolerated taint {dedicated: gpu}.", "cpu"),
        ("1 node(s) had untolerated taint {dedicated: gpu}, 9 node(s) didn't match node selector.", "taint"),
        ("1 Insufficient cpu, 1 node(s) were unschedulable.", "cordoned"),
        ("3 Insufficient cpu, 1 node(s) were unschedulable.", "cpu"),
        ("2 Insufficient cpu, 1 node(s) had volume node affinity conflict.", "volume-affinity"),
        ("3 pod has unbound immediate PersistentVolumeClaims, 3 Insufficient cpu.", "claim-unbound"),
        ("1 node(s) are of the wrong colour, 2 node(s) didn't match node selector.", "other"),
    ],
)
def test_one_of_several_reasons_decides(text: str, kind: str) -> None:
    found = deciding(sorted_out(HEAD + text))
    assert found is not None
    assert found.kind == kind


def test_nothing_decides_where_nothing_is_said() -> None:
    assert deciding(sorted_out("")) is None


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("node.kubernetes.io/unreachable", "not-ready"),
        ("node.kubernetes.io/pid-pressure", "pressure"),
        ("node.kubernetes.io/network-unavailable", "network"),
        ("node.kubernetes.io/unschedulable", "cordoned"),
        ("ToBeDeletedByClusterAutoscaler", "cordoned"),
        ("karpenter.sh/disrupted", "cordoned"),
        ("node.cilium.io/agent-not-ready", "uninitialized"),
        ("node-role.kubernetes.io/controlplane", "control-plane"),
        ("node-role.kubernetes.io/gpu", "taint"),
        ("", "taint"),
    ],
)
def test_what_a_taint_says(key: str, kind: str) -> None:
    assert taint_kind(key) == kind


class TestSaid:
    @staticmethod
    def said(raw: dict[str, Any], *events: dict[str, Any]) -> Said | None:
        found = index(pods=[raw], events=list(events))
        return said(found, the_pod(found))

    def test_the_condition_tells(self) -> None:
        assert self.said(waiting("2 Insufficient cpu.")) == Said(
            "Unschedulable", "0/2 nodes are available: 2 Insufficient cpu."
        )

    def test_without_it_the_newest_event_of_the_scheduler(self) -> None:
        events = [
            event("FailedScheduling", "old", 300, involved=INVOLVED),
            event("FailedScheduling", "new", 30, involved=INVOLVED),
            event("FailedScheduling", "no pool", 10, involved=INVOLVED, source={"component": "karpenter"}),
            event("Scheduled", "other", 5, involved=INVOLVED),
        ]
        assert self.said(waiting(), *events) == Said("Unschedulable", "new")

    @pytest.mark.parametrize(
        "change",
        [
            {"spec": {"nodeName": "node-a"}},
            {"status": {"phase": "Running"}},
            {
                "status": {
                    "phase": "Pending",
                    "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
                }
            },
            {"status": {"phase": "Pending"}},
        ],
    )
    def test_nothing_where_it_did_not_refuse(self, change: dict[str, Any]) -> None:
        assert self.said({**waiting("2 Insufficient cpu."), **change}) is None


@given(st.text(max_size=200))
def test_any_text_is_sorted(text: str) -> None:
    for message in (text, HEAD + text):
        found = sorted_out(message)
        assert (deciding(found) is None) == (not found)
