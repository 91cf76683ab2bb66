"""Services that variables name."""

from typing import Any

import pytest

from diag.facts.index import Index
from diag.facts.references import fault, named_services, nearest_service
from tests.facts.pod_samples import index, only, pod


def service(name: str, namespace: str = "shop", *ports: int, **spec: Any) -> dict[str, Any]:
    listed = [{"port": port} for port in ports]
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"clusterIP": "10.0.0.1", "ports": listed, **spec},
    }


def world(name: str, value: str, *services: dict[str, Any]) -> Index:
    names = [{"metadata": {"name": namespace}} for namespace in ("shop", "data")]
    return index(pods=[pod(spec={"env": [{"name": name, "value": value}]})], services=list(services), namespaces=names)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_HOST", "db", ("shop", "db", None)),
        ("DB_ADDR", "db:5432", ("shop", "db", 5432)),
        ("DB_HOST", "db.data", ("data", "db", None)),
        ("X", "db.data.svc", ("data", "db", None)),
        ("X", "db.data.svc.cluster.local:5432", ("data", "db", 5432)),
        ("X", "db-0.db.data.svc.cluster.local", ("data", "db", None)),
        ("X", "http://orders", ("shop", "orders", 80)),
        ("X", "https://orders/v1?a=b", ("shop", "orders", 443)),
        ("X", "http://orders.data:8080/v1", ("data", "orders", 8080)),
        ("X", "jdbc:postgresql://db:5432/app", ("shop", "db", 5432)),
        ("X", "postgres://withheld@db/app", ("shop", "db", None)),
        ("KAFKA_BROKERS", "kafka:9092,kafka:9093", ("shop", "kafka", 9092)),
        ("MODE", "fast", None),
        ("NAME", "db:5432", None),
        ("DB_HOST", "localhost", None),
        ("DB_HOST", "10.0.0.7", None),
        ("DB_HOST", "db.example", None),
        ("DB_HOST", "web-1", None),
        ("X", "https://example.org/x", None),
        ("X", "http://$(OTHER)", None),
        ("DB_HOST", "$(OTHER)", None),
        ("DB_HOST", "", None),
        ("DB_HOST", "a" * 5000, None),
        ("X", "http://" * 300, None),
        ("X", "db.svc", None),
    ],
)
def test_what_can_only_be_a_service(name: str, value: str, expected: tuple[str, str, int | None] | None) -> None:
    seen = world(name, value)
    found = next(iter(named_services(seen, only(seen))), None)
    assert (found and (found.namespace, found.service, found.port)) == expected


def test_a_service_that_is_not_there() -> None:
    seen = world("DB_HOST", "postgress", service("postgres", "shop", 5432), service("postgress", "data", 5432))
    found = fault(seen, only(seen))
    assert found is not None
    assert (found.word, found.why) == ("missing", "namespace shop has no service postgress")
    assert nearest_service(seen, found.reference) == "postgres"


def test_a_port_that_a_service_has_not() -> None:
    seen = world("X", "http://orders", service("orders", "shop", 8080, 9090))
    found = fault(seen, only(seen))
    assert found is not None
    assert (found.word, found.why) == ("port", "service orders has no port 80, only 8080, 9090")


@pytest.mark.parametrize(
    "there",
    [
        service("orders", "shop", 80),
        service("orders", "shop", 8080, clusterIP="None"),
        service("orders", "shop", type="ExternalName", externalName="example.org"),
        service("orders", "shop"),
    ],
)
def test_a_service_that_may_serve_it(there: dict[str, Any]) -> None:
    seen = world("X", "http://orders", there)
    assert fault(seen, only(seen)) is None


def test_nothing_is_missing_where_services_were_not_read() -> None:
    seen = index(pods=[pod(spec={"env": [{"name": "DB_HOST", "value": "db"}]})])
    assert fault(seen, only(seen)) is None
