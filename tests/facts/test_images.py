import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts import images, rollouts
from diag.facts.images import Reference, parse_reference
from diag.facts.index import Index
from tests.facts.pod_samples import index, only, pod, running

SHA = "sha256:7aec734b2bb298a1d769fd8729f13b8514a41bf90fcdd1f38ec52267fbaa8ee6"


@pytest.mark.parametrize(
    ("image", "reference"),
    [
        ("nginx", Reference("docker.io", "library/nginx", "latest", "")),
        ("docker.io/nginx:1", Reference("docker.io", "library/nginx", "1", "")),
        ("index.docker.io/team/app", Reference("docker.io", "team/app", "latest", "")),
        ("team/app:1.2-rc", Reference("docker.io", "team/app", "1.2-rc", "")),
        ("localhost/app", Reference("localhost", "app", "latest", "")),
        ("localhost:5000/a/b:1", Reference("localhost:5000", "a/b", "1", "")),
        (f"quay.io/a/b@{SHA}", Reference("quay.io", "a/b", "", SHA)),
        (f"quay.io/a/b:1@{SHA}", Reference("quay.io", "a/b", "1", SHA)),
        ("[::1]:5000/a", Reference("[::1]:5000", "a", "latest", "")),
    ],
)
def test_a_reference_taken_apart(image: str, reference: Reference) -> None:
    assert parse_reference(image) == reference


@given(st.text(max_size=40))
def test_no_reference_is_too_odd(image: str) -> None:
    assert "/" in parse_reference(image).name
    assert images.corrected(image) != image


@pytest.mark.parametrize(
    ("image", "better"),
    [
        ("https://registry.example.com/a/b:1", "registry.example.com/a/b:1"),
        ("docker://quay.io/a/b", "quay.io/a/b"),
        (" nginx:1.25\n", "nginx:1.25"),
        ("nginx:", "nginx"),
        (f"https://quay.io/a@{SHA}", f"quay.io/a@{SHA}"),
        ("nginx:1.25", None),  # nothing to correct
        ("quay.io/Team/App:1", None),  # which capital letters were meant is a guess
        ("nginx:${TAG}", None),
        ("https://{{ .Values.image }}", None),
        ("nginx: latest", None),
        ("", None),
    ],
)
def test_only_slips_with_one_reading_are_corrected(image: str, better: str | None) -> None:
    assert images.corrected(image) == better


def runs(image: str, name: str = "web-2", node: str = "node-b", ready: bool = True) -> dict[str, Any]:
    """A healthy pod that runs the image."""
    found = pod({"image": image, "ready": ready, "restartCount": 0, "state": running()}, {"image": image})
    found["metadata"] = {**found["metadata"], "name": name, "uid": name}
    found["spec"]["nodeName"] = node
    return found


def node(name: str, architecture: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"nodeInfo": {"architecture": architecture}}}


def test_images_in_use_by_name_and_tag() -> None:
    seen = index(
        pods=[
            pod(spec={"image": "web:3"}),
            runs("web:1"),
            runs("docker.io/library/web:1", "web-3", "node-a"),
            runs(f"quay.io/a/b@{SHA}", "web-4", "gone"),
            runs("web:2", "web-5", ready=False),
        ],
        nodes=[node("node-a", "amd64"), node("node-b", "arm64")],
    )
    web, other = "docker.io/library/web", "quay.io/a/b"
    assert images.running(seen, web) == {"1": images.Use("shop/web-2", frozenset({"amd64", "arm64"}))}
    assert images.running(seen, other) == {SHA: images.Use("shop/web-4", frozenset())}
    assert images.running(seen, "docker.io/library/nginx") == {}
    assert images.running(seen, web) is images.running(seen, web)  # counted once
    assert images.registry_user(seen, "docker.io") == "shop/web-2"
    assert images.registry_user(seen, "ghcr.io") is None


@pytest.mark.parametrize(
    ("elsewhere", "nodes", "here"),
    [
        ([runs("web:1")], [node("node-a", "arm64"), node("node-b", "amd64")], False),
        ([runs("web:1")], [node("node-a", "arm64"), node("node-b", "arm64")], True),
        (
            [runs("web:1"), runs("web:1", "web-3", "c")],
            [node("node-a", "x"), node("node-b", "y"), node("c", "x")],
            True,
        ),
        ([runs("web:2")], [node("node-a", "arm64"), node("node-b", "amd64")], None),  # another tag says nothing
        ([runs("web:1", ready=False)], [node("node-a", "arm64"), node("node-b", "amd64")], None),
        ([runs("web:1")], [node("node-b", "amd64")], None),  # its own node is not known
        ([runs("web:1")], [node("node-a", "arm64")], None),
    ],
)
def test_whether_the_image_runs_on_this_architecture(elsewhere: list[Any], nodes: list[Any], here: bool | None) -> None:
    seen = index(pods=[pod(), *elsewhere], nodes=nodes)
    assert images.runs_here(seen, only(seen)) is here


def test_the_nearest_tag_is_one_in_use() -> None:
    seen = index(pods=[runs("web:1.25.3"), runs("other:1.25.4", "o"), runs(f"web@{SHA}", "p"), runs("web:stable", "q")])
    assert images.nearest_tag(seen, "web:1.25.33") == "1.25.3"
    assert images.nearest_tag(seen, "web:v99") is None
    assert images.nearest_tag(seen, f"web@{SHA}") is None


def replica_set(revision: int | str, image: str, replicas: int = 0, ready: int = 0, **meta: Any) -> dict[str, Any]:
    owner = {"kind": "Deployment", "name": "web", "controller": True}
    return {
        "metadata": {
            "name": f"web-{revision}",
            "namespace": "shop",
            "annotations": {rollouts.REVISION: str(revision)},
            "ownerReferences": [owner],
            **meta,
        },
        "spec": {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}},
        "status": {"replicas": replicas, "readyReplicas": ready},
    }


def of_revision(revision: int | str, *sets: dict[str, Any], **more: Any) -> Index:
    """A pod of that revision's ReplicaSet, image web:1, among all those sets."""
    broken = pod()
    broken["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": f"web-{revision}", "controller": True}]
    ordered = sorted(sets, key=lambda each: (each["metadata"]["namespace"], each["metadata"]["name"]))
    return index(pods=[broken], replicasets=ordered, **more)


@pytest.mark.parametrize(
    ("sets", "image"),
    [
        ([replica_set(3, "web:1"), replica_set(2, "web:good", 2, 2)], "web:good"),
        ([replica_set(3, "web:1"), replica_set(2, "web:off"), replica_set(1, "web:good", 1, 1)], "web:good"),
        ([replica_set(3, "web:1"), replica_set(2, "web:bad", 1, 0), replica_set(1, "web:off")], "web:off"),
        ([replica_set(3, "web:1"), replica_set(2, "web:1", 2, 2), replica_set(1, "web:off")], "web:off"),
        ([replica_set(3, "web:1"), replica_set(2, "web:bad", 1, 0)], None),
        ([replica_set(3, "web:1"), replica_set(4, "web:newer", 2, 2)], None),
        ([replica_set(3, "web:1")], None),
        ([replica_set(3, "web:1"), replica_set(2, "web:other", 2, 2, namespace="test")], None),
        ([replica_set(3, "web:1"), replica_set(2, "web:other", 2, 2, ownerReferences=[])], None),
        ([replica_set(2, "web:good", 2, 2)], None),  # the pod's own set is not known
    ],
)
def test_the_image_of_an_earlier_revision(sets: list[Any], image: str | None) -> None:
    seen = of_revision(3, *sets)
    assert images.previous_image(seen, only(seen)) == image


@pytest.mark.parametrize("revision", ["9" * 5000, "x", "", "²"])
def test_an_odd_revision_is_the_first(revision: str) -> None:
    seen = of_revision("odd", replica_set("odd", "web:1", annotations={rollouts.REVISION: revision}))
    assert images.previous_image(seen, only(seen)) is None


def deployment(revision: int, **condition: str) -> dict[str, Any]:
    return {
        "metadata": {"name": "web", "namespace": "shop", "annotations": {rollouts.REVISION: str(revision)}},
        "status": {"conditions": [{"type": "Progressing", **condition}]},
    }


@pytest.mark.parametrize(
    ("newest", "condition", "superseded"),
    [
        (4, {"status": "True", "reason": "ReplicaSetUpdated"}, True),
        (4, {"status": "True", "reason": "FoundNewReplicaSet"}, True),
        (4, {"status": "True", "reason": "NewReplicaSetAvailable"}, False),
        (4, {"status": "False", "reason": "ProgressDeadlineExceeded"}, False),
        (4, {"status": "Unknown", "reason": "DeploymentPaused"}, False),
        (3, {"status": "True", "reason": "ReplicaSetUpdated"}, False),  # it is the newest revision
    ],
)
def test_whether_a_rollout_will_take_the_pod_away(newest: int, condition: dict[str, str], superseded: bool) -> None:
    seen = of_revision(3, replica_set(3, "web:1"), deployments=[deployment(newest, **condition)])
    assert images.superseded(seen, only(seen).pod) is superseded


@pytest.mark.parametrize(("kind", "plural"), [("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")])
@pytest.mark.parametrize(("image", "newer"), [("web:2", "web:2"), ("web:1", None)])
def test_the_image_that_the_template_names_by_now(kind: str, plural: str, image: str, newer: str | None) -> None:
    broken = pod()
    broken["metadata"]["ownerReferences"] = [{"kind": kind, "name": "web", "controller": True}]
    spec = {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}}
    owner = {"metadata": {"name": "web", "namespace": "shop"}, "spec": spec}
    seen = index(pods=[broken], **{plural: [owner]})
    assert images.template_image(seen, only(seen)) == newer


def test_a_container_waits_for_its_image_and_those_of_its_volumes() -> None:
    volumes = [{"name": "a", "image": {"reference": "model:1"}}, {"name": "b", "image": {"reference": "other:1"}}]
    seen = index(pods=[pod(spec={"volumeMounts": [{"name": "a"}]}, pod_spec={"volumes": volumes})])
    assert images.wanted_images(only(seen)) == ["web:1", "model:1"]


def test_an_empty_pod_has_no_facts() -> None:
    seen = index(pods=[json.loads('{"metadata": {}, "spec": {"containers": [{"name": "app"}]}, "status": {}}')])
    container = only(seen)
    assert images.wanted_images(container) == []
    assert images.runs_here(seen, container) is None
    assert images.previous_image(seen, container) is None
    assert images.template_image(seen, container) is None
    assert images.superseded(seen, container.pod) is False
