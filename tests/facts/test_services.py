from typing import Any

import pytest

from diag.facts import ingresses, services, webhooks
from diag.facts.index import Index
from tests.playbook.samples import pod, snapshot

RUNS: dict[str, Any] = {"ready": True, "state": {"running": {}}}


def service(selector: dict[str, str] | None = None, name: str = "web", **spec: Any) -> dict[str, Any]:
    spec = {"selector": selector, **spec} if selector else spec
    return {"kind": "Service", "metadata": {"name": name, "namespace": "shop"}, "spec": spec}


def labelled(name: str, labels: dict[str, str], ports: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    raw = pod(name, **RUNS)
    raw["metadata"]["labels"] = labels
    raw["spec"]["containers"][0]["ports"] = ports or []
    return raw


def deployment(name: str, labels: dict[str, str], replicas: int = 1) -> dict[str, Any]:
    template = {"metadata": {"labels": labels}}
    return {
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"replicas": replicas, "template": template},
    }


def slice_of(name: str, *ready: bool | None) -> dict[str, Any]:
    endpoints = [{"addresses": ["10.0.0.7"], "conditions": {} if one is None else {"ready": one}} for one in ready]
    labels = {services.SERVICE_NAME: name}
    return {
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-x", "namespace": "shop", "labels": labels},
        "endpoints": endpoints,
    }


def first(*objects: dict[str, Any], unseen: tuple[str, ...] = ()) -> tuple[Index, Any]:
    index = Index(snapshot(*objects, unseen=unseen))
    return index, index.snapshot.all("services")[0]


@pytest.mark.parametrize(
    ("ready", "count"), [((), 0), ((True,), 1), ((False,), 0), ((None,), 1), ((True, False, None), 2)]
)
def test_endpoints_that_take_traffic_are_counted(ready: tuple[bool | None, ...], count: int) -> None:
    index, found = first(service({"app": "web"}), slice_of("web", *ready), slice_of("other", True))
    assert services.ready_endpoints(index, found) == count
    assert services.is_empty(index, found) is (count == 0)


def test_without_slices_pods_tell_whether_a_service_is_empty() -> None:
    raw = labelled("web-1", {"app": "web"})
    assert services.is_empty(*first(service({"app": "web"}), raw, unseen=("endpointslices",))) is False
    raw["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    assert services.is_empty(*first(service({"app": "web"}), raw, unseen=("endpointslices",))) is True
    assert services.is_empty(*first(service({"app": "web"}), unseen=("endpointslices", "pods"))) is None


@pytest.mark.parametrize("spec", [{}, {"selector": {}}, {"selector": {"app": "web"}, "type": "ExternalName"}])
def test_what_selects_no_pods_is_never_empty(spec: dict[str, Any]) -> None:
    assert services.is_empty(*first(service(**spec), slice_of("web"))) is False


@pytest.mark.parametrize(
    ("selector", "workloads", "nearest"),
    [
        ({"app": "wep"}, {"web": {"app": "web"}}, "web"),
        ({"app": "wep"}, {"cart": {"app": "cart"}}, None),
        ({"app": "cart", "tier": "front"}, {"cart": {"app": "cart", "tier": "back"}}, "cart"),
        ({"app": "cart", "tier": "front"}, {"cart": {"app": "cart"}, "two": {"app": "cart"}}, None),
        ({"app": "x", "tier": "y"}, {"cart": {"app": "cart", "tier": "back"}}, None),
        ({"app": "x", "tier": "y"}, {"web": {"app": "cart", "tier": "back"}}, "web"),
        ({"app": "web"}, {"web": {"app": "web"}}, None),
        ({"app": "web"}, {}, None),
    ],
)
def test_the_workload_that_was_probably_meant(
    selector: dict[str, str], workloads: dict[str, dict[str, str]], nearest: str | None
) -> None:
    found = services.nearest(*first(service(selector), *(deployment(n, labels) for n, labels in workloads.items())))
    assert (found and found.workload.name) == nearest


@pytest.mark.parametrize(("replicas", "zero"), [((0,), True), ((1,), False), ((0, 1), False), ((), False)])
def test_workloads_that_are_asked_for_no_pods(replicas: tuple[int, ...], zero: bool) -> None:
    objects = [deployment(f"web-{i}", {"app": "web"}, count) for i, count in enumerate(replicas)]
    assert services.scaled_to_zero(*first(service({"app": "web"}), *objects)) is zero


@pytest.mark.parametrize("kind", ["Job", "CronJob"])
def test_what_a_job_runs_comes_and_goes(kind: str) -> None:
    template = {"metadata": {"labels": {"app": "web"}}}
    spec = {"template": template} if kind == "Job" else {"jobTemplate": {"spec": {"template": template}}}
    raw = {"kind": kind, "metadata": {"name": "import", "namespace": "shop"}, "spec": spec}
    assert services.scaled_to_zero(*first(service({"app": "web"}), raw)) is True


HTTP = {"name": "http", "containerPort": 8080, "protocol": "TCP"}


@pytest.mark.parametrize(
    ("target", "ports", "lost", "undeclared"),
    [
        ("http", [HTTP], False, False),
        ("web", [HTTP], True, False),
        ("8080", [HTTP], False, False),
        (8080, [HTTP], False, False),
        (9090, [HTTP], False, True),
        (None, [HTTP], False, True),
        (9090, [], False, False),
        (9090, [HTTP, {"containerPort": 9091}], False, False),
    ],
)
def test_ports_of_a_service_against_those_of_its_pods(
    target: Any, ports: list[dict[str, Any]], lost: bool, undeclared: bool
) -> None:
    one = service({"app": "web"}, ports=[{"port": 80, "targetPort": target, "protocol": "TCP"}])
    index, found = first(one, labelled("web-1", {"app": "web"}, ports))
    assert (services.lost_port(index, found) is not None) is lost
    assert (services.undeclared_port(index, found) is not None) is undeclared


def ingress(**spec: Any) -> dict[str, Any]:
    return {"kind": "Ingress", "metadata": {"name": "shop", "namespace": "shop"}, "spec": spec}


def route(to: str, **port: Any) -> dict[str, Any]:
    backend = {"service": {"name": to, "port": port}}
    return {"rules": [{"http": {"paths": [{"path": "/", "backend": backend}]}}]}


@pytest.mark.parametrize(
    ("spec", "missing_services", "missing_ports"),
    [
        (route("web", number=80), [], []),
        (route("web", name="http"), [], []),
        (route("web", number=8080), [], ["web:8080"]),
        (route("web", name="grpc"), [], ["web:grpc"]),
        (route("cart", number=80), ["cart"], []),
        ({"defaultBackend": {"service": {"name": "cart"}}}, ["cart"], []),
        ({"defaultBackend": {"resource": {"kind": "Bucket", "name": "x"}}}, [], []),
        ({"rules": [{"host": "a"}]}, [], []),
        ({}, [], []),
    ],
)
def test_what_an_ingress_names_and_is_not_there(
    spec: dict[str, Any], missing_services: list[str], missing_ports: list[str]
) -> None:
    index = Index(snapshot(ingress(**spec), service(ports=[{"name": "http", "port": 80}])))
    found = index.snapshot.all("ingresses")[0]
    assert ingresses.missing_services(index, found) == missing_services
    assert ingresses.missing_ports(index, found) == missing_ports


def event(message: str, last: str) -> dict[str, Any]:
    return {"kind": "Event", "metadata": {"name": f"x{last}"}, "message": message, "lastTimestamp": last}


def test_the_newest_failure_of_each_webhook_is_kept() -> None:
    said = 'Error creating: Internal error occurred: failed calling webhook "{}": failed to call webhook: Post "u": {}'
    index = Index(
        snapshot(
            event(said.format("a.example", "old"), "2026-01-10T10:00:00Z"),
            event(said.format("a.example", "new"), "2026-01-10T11:00:00Z"),
            event(said.format("b.example", "other"), "2026-01-10T09:00:00Z"),
            event('admission webhook "c.example" denied the request: no', "2026-01-10T11:00:00Z"),
        )
    )
    failures = {name: webhooks.failure(index, name) for name in ("a.example", "b.example", "c.example")}
    assert {name: one and one.why.rpartition(": ")[2] for name, one in failures.items()} == {
        "a.example": "new",
        "b.example": "other",
        "c.example": None,
    }
