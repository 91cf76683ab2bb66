from typing import Any

import pytest

from diag.finding import FailedTerm, Finding, Subject
from diag.model.snapshot import Scope
from diag.report import words
from tests.report.samples import NOW, fact, finding, report


@pytest.mark.parametrize(
    ("field", "operator", "wanted", "value", "text"),
    [
        ("container.last_exit.reason", "is", "OOMKilled", "OOMKilled", "container.last_exit.reason is OOMKilled"),
        ("container.ready", "is", False, False, "container.ready is false"),
        ("pod.phase", "is", ["Pending", "Failed"], "Failed", "pod.phase is Failed"),
        ("container.memory_limit", "exists", True, "128Mi", "container.memory_limit is 128Mi"),
        ("container.memory_limit", "exists", False, None, "container.memory_limit is not set"),
        ("container.restart_count", "gt", 5, 1234, "container.restart_count is 1234 (more than 5)"),
        ("container.last_exit.age", "lt", "1h", 130.0, "container.last_exit.age is 2m10s (less than 1h)"),
        ("event.message", "contains", "x", "a  x\n\x1b[31mb", "event.message: a x \ufffd[31mb"),
        ("metric.memory_ratio", "gte", 0.9, 0.98765, "metric.memory_ratio is 0.9877 (at least 0.9)"),
        ("metric.memory_peak", "is", 1, 134217728.0, "metric.memory_peak is 134,217,728"),
        ("pod.image_pull_secrets", "exists", True, ["a", "b"], "pod.image_pull_secrets is a, b"),
        ("pod.image_pull_secrets", "exists", True, [], "pod.image_pull_secrets is none"),
        ("claim.storage_class", "is", "", "", 'claim.storage_class is ""'),
    ],
)
def test_evidence_in_words(field: str, operator: str, wanted: Any, value: Any, text: str) -> None:
    assert words.evidence_words(fact(field, operator, wanted, value)) == text


@pytest.mark.parametrize(
    ("operator", "wanted", "text"),
    [
        ("is", ["a", "b"], "x.y is c, wanted a or b"),
        ("matches", "^a.*", "x.y is c, wanted matches ^a.*"),
        ("lte", 3, "x.y is c, wanted at most 3"),
        ("exists", False, "x.y is c, wanted none"),
        ("exists", True, "x.y is c, wanted any value"),
        ("not", "c", "x.y is c, wanted not c"),
        ("not gt", 3, "x.y is c, wanted not more than 3"),
        ("not exists", True, "x.y is c, wanted none"),
    ],
)
def test_what_was_wanted_in_words(operator: str, wanted: Any, text: str) -> None:
    assert words.failed_words(FailedTerm("x.y", operator, wanted, "c")) == text


def test_a_fact_names_its_object_when_it_is_not_the_subject() -> None:
    node = Subject("Node", "", "worker-1")
    pod = Subject("Pod", "shop", "web-7d4b9c-x2x4z", "app")
    ready = fact("container.ready", "is", False, False)
    assert words.fact_words(ready, node) == "container.ready is false (Pod shop/web-7d4b9c-x2x4z/app)"
    assert words.fact_words(ready, pod) == "container.ready is false"


def test_messages_are_more_telling_than_states() -> None:
    facts = [
        fact("container.ready", "is", False, False),
        fact("container.restart_count", "gt", 1, 5),
        fact("container.waiting.reason", "is", "ErrImagePull", "ErrImagePull"),
        fact("container.waiting.reason", "is", "ErrImagePull", "ErrImagePull"),
        fact("event.message", "contains", "x", "no x here"),
    ]
    assert [item.field for item in words.telling(facts, 2)] == ["container.waiting.reason", "event.message"]
    assert [item.field for item in words.telling(facts, 9)] == [
        "container.ready",
        "container.restart_count",
        "container.waiting.reason",
        "event.message",
    ]


@pytest.mark.parametrize(
    ("found", "place"),
    [
        (finding(), "shop/web"),
        (finding(workload=None), "shop/web-7d4b9c-x2x4z"),
        (finding(workload=None, subject=Subject("Node", "", "worker-1")), "node/worker-1"),
    ],
)
def test_where(found: Finding, place: str) -> None:
    assert words.where(found) == place


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (Scope(), "all namespaces"),
        (Scope(("shop",)), "namespace shop"),
        (Scope(("a", "b"), "app=web"), "namespaces a, b, pods with app=web"),
    ],
)
def test_scope_in_words(scope: Scope, text: str) -> None:
    assert words.scope_words(scope) == text


def test_objects_are_counted_by_the_names_people_use() -> None:
    assert words.objects_words({}) == "no objects"
    assert words.objects_words(
        {"persistentvolumeclaims": 1, "pods": 1204, "services": 3, "nodes": 0, "limitranges": 1}
    ) == ("1,204 pods, 1 claim, 4 other objects")


def test_age_is_counted_from_the_time_of_the_report() -> None:
    assert words.age(finding().since, NOW) == "2m10s"
    assert words.age(None, NOW) == ""


@pytest.mark.parametrize(
    ("source", "context", "text"),
    [
        ("https://10.0.0.1:6443", "prod-eu", "context prod-eu"),
        ("recording x", "", "recording x"),
        ("recording x", "prod-eu", "recording x of context prod-eu"),
        ("https://10.0.0.1:6443", "", "https://10.0.0.1:6443"),
    ],
)
def test_the_source_is_named(source: str, context: str, text: str) -> None:
    assert words.source_words(report(source=source, context=context)) == text
