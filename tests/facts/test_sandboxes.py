from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.sandboxes import NAMES, agent, agent_state, classify, core, failure, network_error, plugin, reach
from tests.facts.pod_samples import event, index, pod, running

FAILED = "Failed to create pod sandbox: rpc error: code = Unknown desc = "
CONTAINERD = FAILED + 'failed to setup network for sandbox "4b9d": plugin type="p" name="n" failed (add): '
CRIO = (
    FAILED
    + "failed to create pod network sandbox k8s_web-1_shop_u_0(4b9d): error adding pod shop_web-1 to CNI network "
)
CREATING = {"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
# (message, answer)
TOLD = [
    (CONTAINERD + "add cmd: failed to assign an IP address to container", "no-address"),
    (
        CONTAINERD + "failed to allocate for range 0: no IP addresses available in range set: 10.4.1.1-10.4.1.254",
        "no-address",
    ),
    (CONTAINERD + "failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses", "no-address"),
    (
        CONTAINERD + "unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure range is full",
        "no-address",
    ),
    (CONTAINERD + "InsufficientFreeAddressesInSubnet: subnet subnet-1 has insufficient free addresses", "no-address"),
    (
        FAILED + 'failed to setup network for sandbox "4b9d": failed to find plugin "x" in path [/opt/cni/bin]',
        "no-plugin",
    ),
    (CONTAINERD + "stat /var/lib/calico/nodename: no such file or directory: check that calico/node runs", "not-ready"),
    (CONTAINERD + "loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory", "not-ready"),
    (CONTAINERD + "unable to connect to Cilium daemon: failed to create cilium agent client", "not-ready"),
    (CONTAINERD + 'Get "https://10.96.0.1:443/api": dial tcp 10.96.0.1:443: i/o timeout', "not-ready"),
    (CRIO + '"multus": plugin type="multus" failed (add): CNI request failed with status 400: x', "not-ready"),
    (CONTAINERD + "error getting ClusterInformation: connection is unauthorized: Unauthorized", "unauthorized"),
    (FAILED + 'failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image: oh', "image"),
    (FAILED + 'failed pulling image "k8s.gcr.io/pause:3.2": Error response from daemon: oh', "image"),
    (FAILED + 'failed to reserve sandbox name "a_b_c_0": name "a_b_c_0" is reserved for "4b9d"', "name-reserved"),
    (
        FAILED + "Kubelet may be retrying requests that are timing out in CRI-O due to system load: context deadline "
        "exceeded: error reserving pod name k8s_a_b_c_0 for id 4b9d: name is reserved",
        "name-reserved",
    ),
    (
        FAILED + 'failed to create a sandbox for pod "a": Error response from daemon: Conflict. The container name '
        '"/k8s_POD_a" is already in use by container "4b9d"',
        "name-reserved",
    ),
    ("Failed to create pod sandbox: rpc error: code = DeadlineExceeded desc = context deadline exceeded", "timeout"),
    (FAILED + "operation timeout: context deadline exceeded", "timeout"),
    (FAILED + 'failed to get sandbox runtime: no runtime for "kata" is configured', "no-handler"),
    (FAILED + "failed to find runtime handler kata from runtime list map[runc:0xc0]", "no-handler"),
    (FAILED + 'RuntimeHandler "kata" not supported', "no-handler"),
    (FAILED + "pod set memory limit 4194304 too low; should be at least 12582912", "memory"),
    (CONTAINERD + "link not found", "unknown"),
    ("Failed create pod sandbox", "unknown"),
    ("", "unknown"),
]


@pytest.mark.parametrize(("message", "answer"), TOLD)
def test_what_each_message_means(message: str, answer: str) -> None:
    assert classify(message) == answer


def test_each_answer_has_a_text() -> None:
    assert set(NAMES) == {answer for _, answer in TOLD}


@pytest.mark.parametrize("name", ["Unauthorized", "is-forbidden", "cilium.sock"])
def test_the_name_of_the_pod_means_nothing(name: str) -> None:
    assert classify(f'{CONTAINERD}link of "{name}" not found', name) == "unknown"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (CONTAINERD + "oh", 'plugin type="p" name="n" failed (add): oh'),
        (FAILED + 'failed to get sandbox image "a": oh', 'failed to get sandbox image "a": oh'),
        ("Failed create pod sandbox: oh", "oh"),
    ],
)
def test_the_core_of_an_error(message: str, error: str) -> None:
    assert core(message) == error


def test_the_plugin_that_fails() -> None:
    assert plugin(core(CONTAINERD + "oh")) == "p"
    assert plugin('error adding pod to CNI network "k8s-pod-network": oh') == "k8s-pod-network"
    assert plugin("oh") is None


def creating(name: str, node: str) -> dict[str, Any]:
    raw = pod(CREATING, pod_spec={"nodeName": node}, phase="Pending")
    raw["metadata"] = {**raw["metadata"], "name": name, "uid": name}
    return raw


def told(name: str, message: str = CONTAINERD + "range is full", **more: Any) -> dict[str, Any]:
    raw = event("FailedCreatePodSandBox", message, 300, 10, involved={"name": name, "uid": name}, **more)
    raw["metadata"]["name"] += name
    return raw


def test_how_far_a_failure_goes() -> None:
    pods = [creating("a", "n"), creating("b", "n"), creating("c", "m"), creating("d", "m")]
    events = [told("a"), told("b"), told("c"), told("d", FAILED + "oh"), told("gone")]
    found = index(pods=pods, events=events)
    first = found.snapshot.all("pods")[0]
    assert reach(found, first, "no-address") == (2, 2)
    assert reach(found, found.snapshot.all("pods")[3], "unknown") == (1, 1)


def test_the_newest_error_that_says_something_counts() -> None:
    events = [
        told("a", "Failed to create pod sandbox: context deadline exceeded", count=2),
        {**told("a", CONTAINERD + "range is full", count=3), "lastTimestamp": None},
    ]
    found = index(pods=[creating("a", "n")], events=events)
    failed = failure(found, found.snapshot.all("pods")[0])
    assert failed is not None
    assert (failed.answer, failed.failures, found.age(failed.since)) == ("no-address", 5, 300)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (
            "network is not ready: container runtime network not ready: NetworkReady=false "
            "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
            "cni plugin not initialized",
        ),
        (
            "network is not ready: [runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
            "message:docker: network plugin is not ready: cni config uninitialized]",
            "cni config uninitialized",
        ),
        ("network is not ready: oh", "oh"),
        ("", ""),
    ],
)
def test_why_the_network_of_a_node_is_not_ready(message: str, error: str) -> None:
    found = index(pods=[pod(CREATING, phase="Pending")], events=[event("NetworkNotReady", message, 300, 10)])
    failed = network_error(found, found.snapshot.all("pods")[0])
    assert failed is not None
    assert failed.error == error


class TestAgent:
    def calico(self, status: dict[str, Any], **meta: Any) -> dict[str, Any]:
        raw = pod(status, {"name": "calico-node"})
        raw["status"]["containerStatuses"][0]["name"] = "calico-node"
        owner = [{"kind": "DaemonSet", "name": "calico-node", "controller": True}]
        raw["metadata"] = {**raw["metadata"], "name": "calico-node-1", "ownerReferences": owner, **meta}
        return raw

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ({"ready": True, "restartCount": 0, "state": running()}, "ready"),
            ({"state": running()}, "not ready: calico-node"),
            ({"state": {"waiting": {"reason": "ImagePullBackOff"}}}, "not ready: calico-node waits (ImagePullBackOff)"),
        ],
    )
    def test_how_it_is(self, status: dict[str, Any], state: str) -> None:
        found = agent(index(pods=[self.calico(status)]), "node-a")
        assert found is not None
        assert agent_state(found) == state

    def test_none_on_another_node_or_by_hand(self) -> None:
        assert agent(index(pods=[self.calico({"state": running()})]), "node-b") is None
        assert agent(index(pods=[self.calico({"state": running()}, ownerReferences=[])]), "node-a") is None
        assert agent(index(pods=[]), "") is None


@given(st.text(max_size=400), st.text(max_size=20))
def test_no_text_is_too_odd(text: str, name: str) -> None:
    assert classify(text, name) in NAMES
    assert isinstance(core(text), str)


@pytest.mark.parametrize("part", ["name ", "IP pool ", 'RuntimeClass "', "dial tcp ", "runtime handler "])
def test_a_long_text_is_judged_like_a_short_one(part: str) -> None:
    assert classify(part * 5_000) == classify(part * 100)
