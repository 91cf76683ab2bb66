from typing import Any

import pytest

from diag.facts import dependencies
from diag.facts.complaints import Complaint
from diag.facts.dependencies import Dependency
from diag.facts.index import Index
from tests.facts.pod_samples import index, only, pod

SLICE = "kubernetes.io/service-name"


def service(name: str, namespace: str = "shop", ip: str = "10.96.0.9", **spec: Any) -> dict[str, Any]:
    wanted = {"clusterIP": ip, "ports": [{"name": "pg", "port": 5432}], **spec}
    return {"metadata": {"name": name, "namespace": namespace}, "spec": wanted}


def slice_of(name: str, *ready: bool | None, namespace: str = "shop") -> dict[str, Any]:
    endpoints = [{"addresses": [f"10.0.0.{n}"], "conditions": {"ready": each}} for n, each in enumerate(ready)]
    return {
        "metadata": {"name": f"{name}-1", "namespace": namespace, "labels": {SLICE: name}},
        "endpoints": endpoints,
        "ports": [{"port": 5432}],
    }


def made(**objects: list[dict[str, Any]]) -> Index:
    return index(pods=[pod()], **{"services": [], "endpointslices": [], "namespaces": [], **objects})


def meant(found: Index, about: str, kind: str = "connection-refused") -> Dependency | None:
    return dependencies.dependency(found, only(found), Complaint(kind, about, "line"))


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ("db:5432", ("shop", "db")),
        ("db", ("shop", "db")),
        ("DB", ("shop", "db")),
        ("db.shop", ("shop", "db")),
        ("db.data:5432", ("data", "db")),
        ("db.data.svc", ("data", "db")),
        ("db.data.svc.cluster.local", ("data", "db")),
        ("db.data.svc.my.domain.", ("data", "db")),
        ("db-0.db.data.svc.cluster.local:5432", ("data", "db")),
        ("db-0.db.data", ("data", "db")),
        ("db-0.db", ("shop", "db")),
        ("new.data", ("data", "new")),
        ("new.shop", ("shop", "new")),
        ("10.96.0.9:5432", ("shop", "db")),
        ("10.0.0.0:5432", ("shop", "db")),
        ("10.0.0.0:9999", None),
        ("10.9.9.9:5432", None),
        ("mail.example", None),
        ("db.example.com:5432", None),
        ("svc", ("shop", "svc")),
    ],
)
def test_the_service_that_is_meant(about: str, place: tuple[str, str] | None) -> None:
    found = made(
        services=[service("db"), service("db", "data", "10.96.0.10")],
        endpointslices=[slice_of("db", True)],
        namespaces=[{"metadata": {"name": "data"}}],
    )
    dependency = meant(found, about)
    assert dependency is not None
    assert dependency.place == place
    assert (dependency.service is not None) == (place in {("shop", "db"), ("data", "db")})


@pytest.mark.parametrize(
    "about", ["localhost:5432", "127.0.0.1:5432", "[::1]:5432", "127.0.1.1:80", "localhost", "0.0.0.0:80"]
)
def test_the_pod_itself(about: str) -> None:
    found = made()
    dependency = meant(found, about)
    assert dependency is not None
    assert dependency.local
    assert dependencies.common(found, dependency) is None
    assert "the pod itself" in (dependencies.state(found, dependency) or "")


@pytest.mark.parametrize("about", ["", ":5432", "db:port", "a:b:c", "\ufffd", "db:999999", "[", "..", "." * 300])
def test_odd_names(about: str) -> None:
    found = made()
    dependency = meant(found, about)
    if dependency is not None:
        dependencies.state(found, dependency)
        dependencies.common(found, dependency)


def test_a_complaint_about_something_else_names_no_dependency() -> None:
    found = made(services=[service("db")])
    assert meant(found, "/data", "permission-denied") is None
    assert dependencies.dependency(found, only(found), None) is None


def test_what_it_waits_for_may_be_anything_unless_it_is_a_service() -> None:
    found = made(services=[service("db")])
    assert meant(found, "migrations", "waiting") is None
    assert meant(found, "db", "waiting") is not None
    assert meant(found, "cache:6379", "waiting") is not None


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ("db:5432", "Service db in namespace shop exists and has 1 ready endpoint"),
        ("db:3306", "Service db in namespace shop serves port 5432 (pg), not 3306"),
        ("10.0.0.1:5432", "Service db in namespace shop exists and has 1 ready endpoint"),
        ("10.0.0.1:9999", "10.0.0.1 is no address of a Service of this cluster"),
        ("empty:5432", "Service empty in namespace shop exists and has no ready endpoints"),
        ("outside", "Service outside in namespace shop only stands for db.example.com, outside of the cluster"),
        ("gone", "There is no Service gone in namespace shop"),
        ("db.example.com", "db.example.com is no Service of this cluster"),
    ],
)
def test_what_is_known_of_it(about: str, sentence: str) -> None:
    found = made(
        services=[
            service("db"),
            service("empty", ip="10.96.0.11"),
            service("outside", ip="", type="ExternalName", externalName="db.example.com"),
        ],
        endpointslices=[slice_of("db", True, False), slice_of("empty", False)],
    )
    dependency = meant(found, about)
    assert dependency is not None
    assert dependencies.state(found, dependency) == sentence


def test_a_workload_without_replicas_is_named() -> None:
    template = {"metadata": {"labels": {"app": "db"}}}
    stopped = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"replicas": 0, "template": template}}
    found = made(
        services=[service("db", selector={"app": "db"})], endpointslices=[slice_of("db")], statefulsets=[stopped]
    )
    dependency = meant(found, "db:5432")
    assert dependency is not None
    expected = "Service db in namespace shop exists and has no ready endpoints: StatefulSet db is scaled to 0"
    assert dependencies.state(found, dependency) == expected


def test_nothing_is_said_of_services_that_were_not_read() -> None:
    found = index(pods=[pod()])
    dependency = meant(found, "gone")
    assert dependency is not None
    assert dependencies.state(found, dependency) is None
    found = index(pods=[pod()], services=[service("db")])
    dependency = meant(found, "db")
    assert dependency is not None
    assert dependencies.state(found, dependency) == "Service db in namespace shop exists"


def test_an_endpoint_without_conditions_counts_as_ready() -> None:
    found = made(services=[service("db")], endpointslices=[slice_of("db", None, False, True)])
    dependency = meant(found, "db")
    assert dependency is not None
    assert dependencies.ready_endpoints(found, dependency) == 2


def test_a_headless_service_goes_to_whatever_port_is_asked_for() -> None:
    found = made(services=[service("db", ip="None")])
    dependency = meant(found, "db:9999")
    assert dependency is not None
    assert dependencies.serves_port(dependency) is None


def test_services_of_the_same_name_elsewhere_and_those_that_are_spelt_alike() -> None:
    found = made(services=[service("database", "data"), service("databas"), service("cache")])
    dependency = meant(found, "database", "unknown-host")
    assert dependency is not None
    assert dependencies.namesakes(found, dependency) == ["database.data"]
    assert dependencies.nearest_service(found, dependency) == "databas"


def test_what_containers_have_in_common() -> None:
    found = made(services=[service("db")])
    objects = {about: meant(found, about) for about in ("db:5432", "gone", "mail.example:25", "10.9.9.9")}
    assert {about: dependencies.common(found, each) for about, each in objects.items() if each} == {
        "db:5432": "Service shop/db",
        "gone": "Service shop/gone",
        "mail.example:25": "Host mail.example",
        "10.9.9.9": "Host 10.9.9.9",
    }
