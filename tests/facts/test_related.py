from pathlib import Path
from typing import Any

import pytest

import diag
from diag.facts.edges import of_record
from diag.facts.index import Index, Key
from diag.facts.related import WORDS, related
from diag.model.kinds import KINDS
from diag.model.snapshot import Scope
from diag.sources.recording import load_recording
from tests.facts.pod_samples import index
from tests.facts.workload_samples import owned_by, pod_of, replica_set, workload

LABELS = {"app": "web"}
SELECTOR = {"matchLabels": LABELS}
SPEC = {
    "serviceAccountName": "robot",
    "imagePullSecrets": [{"name": "pull"}],
    "containers": [
        {
            "name": "app",
            "envFrom": [{"configMapRef": {"name": "settings"}}],
            "env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "a"}}}],
        }
    ],
    "volumes": [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data"}},
        {"name": "own", "ephemeral": {"volumeClaimTemplate": {}}},
        {"name": "files", "configMap": {"name": "files"}},
        {"name": "root", "projected": {"sources": [{"configMap": {"name": "kube-root-ca.crt"}}]}},
        {"name": "both", "projected": {"sources": [{"secret": {"name": "certs"}}]}},
    ],
}


def named(name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, **({"namespace": namespace} if namespace else {})}, **more}


def backend(name: str) -> dict[str, Any]:
    return {"service": {"name": name, "port": {"number": 80}}}


def called(name: str) -> dict[str, Any]:
    return {"clientConfig": {"service": {"namespace": "shop", "name": name}}}


@pytest.fixture(scope="module")
def shop() -> Index:
    """A Deployment with all that can stand around it."""
    template = {"metadata": {"labels": LABELS}, "spec": SPEC}
    web = pod_of("ReplicaSet", "web-1", "web-1-a", meta={"labels": LABELS}, spec={**SPEC, "nodeName": "node-a"})
    slice_labels = {"labels": {"kubernetes.io/service-name": "web"}}
    attached = {"nodeName": "node-a", "source": {"persistentVolumeName": "pv-1"}}
    return index(
        pods=[web, pod_of("Job", "report-1", "report-1-a"), pod_of("Node", "node-a", "static")],
        deployments=[workload(selector=SELECTOR, template=template)],
        replicasets=[replica_set("web-1", "1")],
        cronjobs=[named("report", spec={"jobTemplate": {"spec": {"template": template}}})],
        jobs=[
            {
                **named("report-1"),
                "metadata": {"name": "report-1", "namespace": "shop", "ownerReferences": owned_by("CronJob", "report")},
            }
        ],
        nodes=[named("node-a", "")],
        persistentvolumeclaims=[named("data", spec={"volumeName": "pv-1", "storageClassName": "fast"})],
        persistentvolumes=[named("pv-1", "", spec={"claimRef": {"namespace": "shop", "name": "data"}})],
        volumeattachments=[named("va", "", spec=attached)],
        storageclasses=[named("fast", "")],
        services=[named("web", spec={"selector": LABELS})],
        endpointslices=[{"metadata": {"name": "web-x", "namespace": "shop", **slice_labels}}],
        ingresses=[named("front", spec={"ingressClassName": "nginx", "defaultBackend": backend("web")})],
        ingressclasses=[],
        horizontalpodautoscalers=[named("web", spec={"scaleTargetRef": {"kind": "Deployment", "name": "web"}})],
        poddisruptionbudgets=[named("web", spec={"selector": SELECTOR})],
        configmaps=[named("settings")],
        serviceaccounts=[named("robot")],
        validatingwebhookconfigurations=[named("guard", "", webhooks=[called("gone")])],
    )


def words(index: Index, kind: str, name: str, namespace: str = "shop") -> list[tuple[str, str, str]]:
    return [(one.word, one.key.kind, one.key.name) for one in related(index, Key(kind, namespace, name))]


def test_a_pod_knows_what_stands_around_it_in_the_order_of_the_words(shop: Index) -> None:
    assert words(shop, "Pod", "web-1-a") == [
        ("owned by", "ReplicaSet", "web-1"),
        ("runs on", "Node", "node-a"),
        ("mounts", "PersistentVolumeClaim", "data"),
        ("mounts", "PersistentVolumeClaim", "web-1-a-own"),
        ("serves", "Service", "web"),
        ("guarded by", "PodDisruptionBudget", "web"),
        ("reads", "ConfigMap", "files"),
        ("reads", "ConfigMap", "settings"),
        ("reads", "Secret", "certs"),
        ("reads", "Secret", "keys"),
        ("reads", "Secret", "pull"),
        ("runs as", "ServiceAccount", "robot"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "namespace", "wanted"),
    [
        ("Deployment", "web", "shop", ("owns", "ReplicaSet", "web-1")),
        ("Deployment", "web", "shop", ("scaled by", "HorizontalPodAutoscaler", "web")),
        ("Deployment", "web", "shop", ("guarded by", "PodDisruptionBudget", "web")),
        ("Deployment", "web", "shop", ("serves", "Service", "web")),
        ("Deployment", "web", "shop", ("mounts", "PersistentVolumeClaim", "data")),
        ("CronJob", "report", "shop", ("owns", "Job", "report-1")),
        ("Job", "report-1", "shop", ("owns", "Pod", "report-1-a")),
        ("Service", "web", "shop", ("served by", "Deployment", "web")),
        ("Service", "web", "shop", ("has endpoints", "EndpointSlice", "web-x")),
        ("Service", "web", "shop", ("routed by", "Ingress", "front")),
        ("Service", "gone", "shop", ("called by", "ValidatingWebhookConfiguration", "guard")),
        ("Node", "node-a", "", ("runs", "Pod", "web-1-a")),
        ("Node", "node-a", "", ("has attached", "VolumeAttachment", "va")),
        ("PersistentVolumeClaim", "data", "shop", ("mounted by", "Pod", "web-1-a")),
        ("PersistentVolumeClaim", "data", "shop", ("bound to", "PersistentVolume", "pv-1")),
        ("PersistentVolume", "pv-1", "", ("bound to", "PersistentVolumeClaim", "data")),
        ("StorageClass", "fast", "", ("class of", "PersistentVolumeClaim", "data")),
        ("Secret", "keys", "shop", ("read by", "Pod", "web-1-a")),
        ("ServiceAccount", "robot", "shop", ("account of", "Pod", "web-1-a")),
    ],
)
def test_others_know_it_too(shop: Index, kind: str, name: str, namespace: str, wanted: tuple[str, str, str]) -> None:
    assert wanted in words(shop, kind, name, namespace)


def test_what_was_not_read_may_exist(shop: Index) -> None:
    known = {(one.key.kind, one.key.name): one.exists for one in related(shop, Key("Pod", "shop", "web-1-a"))}
    assert known["ConfigMap", "settings"] is True
    assert known["ConfigMap", "files"] is False
    assert known["Secret", "keys"] is None
    assert known["PersistentVolumeClaim", "web-1-a-own"] is False
    ingress = {one.word: one.exists for one in related(shop, Key("Ingress", "shop", "front"))}
    assert ingress == {"routes to": True, "of class": False}


def test_of_something_unknown_nothing_is_known(shop: Index) -> None:
    assert related(shop, Key("Rollout", "shop", "web")) == []
    assert related(shop, Key("Pod", "shop", "no-such-pod")) == []


def test_a_node_is_not_said_to_own_its_static_pods(shop: Index) -> None:
    assert all(word != "owned by" for word, _, _ in words(shop, "Pod", "static"))


def every_key(index: Index) -> list[Key]:
    kinds = [kind for kind in KINDS if kind.plural != "events"]
    keys = [
        Key(kind.kind, one.metadata.namespace, one.metadata.name) for kind in kinds for one in index.all(kind.plural)
    ]
    return [*keys, *{one.key for key in keys for one in related(index, key)}]


def demo() -> Index:
    return Index(load_recording(str(Path(diag.__file__).parent / "demo"), None, Scope()))


@pytest.mark.parametrize("which", ["demo", "shop"])
def test_every_relation_can_be_walked_back(which: str, shop: Index) -> None:
    index = shop if which == "shop" else demo()
    keys = every_key(index)
    assert len(keys) > 30
    for key in keys:
        for relation in related(index, key):
            assert key in [back.key for back in related(index, relation.key)], (key, relation)


def test_every_word_has_its_place(shop: Index) -> None:
    for plural in (kind.plural for kind in KINDS):
        for record in shop.all(plural):
            for edge in of_record(plural, record):
                assert {edge.word, edge.back} <= set(WORDS)
