from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.containers import containers
from diag.facts.index import Index
from diag.finding import FailedTerm
from diag.model.snapshot import LogKey, Snapshot
from diag.playbook import match as matching
from diag.playbook.fields import SUBJECTS
from diag.playbook.match import Facts, Outcome, judge
from tests.playbook.samples import claim, crashing, log, playbook, pod, sample, snapshot

HELD = {"container": {"ready": False}}
FAILED = {"container": {"ready": True}}
UNKNOWN = {"node": {"ready": "True"}}
UNREAD_LOG = {"log": {"line|contains": "x"}}
STATES = {"held": HELD, "failed": FAILED, "unknown": UNKNOWN}


def facts(found: Snapshot, subject: str = "container") -> Facts:
    kind = SUBJECTS[subject]
    first = found.all(kind.plurals[0])[0]
    return Facts(Index(found), subject, next(iter(kind.each(first))))


def judged(found: Snapshot, item: Any, subject: str = "container") -> Outcome:
    """The outcome of one entry of a `match`."""
    return judge(facts(found, subject), playbook(subject=subject, match={"all": [item]}).match)


def state(found: Snapshot, kind: str, terms: dict[str, Any], subject: str = "container") -> str:
    return judged(found, {kind: terms}, subject).state


BLIND = snapshot(crashing(), unseen=("nodes",))
ITEMS = st.recursive(
    st.sampled_from([*STATES, "log"]),
    lambda inner: st.tuples(st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=4)),
    max_leaves=8,
)


def written(item: Any) -> dict[str, Any]:
    if isinstance(item, str):
        return UNREAD_LOG if item == "log" else STATES[item]
    return {item[0]: [written(inner) for inner in item[1]]}


def kleene(item: Any) -> str:
    """What three-valued logic says: unknown is neither, and is outvoted by what decides."""
    if isinstance(item, str):
        return "unknown" if item == "log" else item
    states = {kleene(inner) for inner in item[1]}
    decisive, other = ("failed", "held") if item[0] == "all" else ("held", "failed")
    if decisive in states:
        return decisive
    return "unknown" if "unknown" in states else other


@given(ITEMS)
def test_what_was_not_seen_is_neither_held_nor_failed(item: Any) -> None:
    assert judged(BLIND, written(item)).state == kleene(item)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"image": "web:1"}, "held"),
        ({"image": ["other", "web:1"]}, "held"),
        ({"image": "web"}, "failed"),
        ({"image|contains": "eb:"}, "held"),
        ({"image|contains": "EB"}, "failed"),
        ({"image|startswith": ["x", "web"]}, "held"),
        ({"image|startswith": "eb"}, "failed"),
        ({"image|matches": "^web:(?P<tag>[0-9]+)$"}, "held"),
        ({"image|matches": "^eb"}, "failed"),
        ({"restart_count": 3}, "held"),
        ({"restart_count": [1, 2]}, "failed"),
        ({"restart_count|gt": 3}, "failed"),
        ({"restart_count|gte": 3}, "held"),
        ({"restart_count|lt": 3}, "failed"),
        ({"restart_count|lte": 3}, "held"),
        ({"memory_limit": "128Mi"}, "held"),
        ({"memory_limit": "131072Ki"}, "held"),
        ({"memory_limit|gt": "128M"}, "held"),
        ({"memory_limit|lt": "0.1Gi"}, "failed"),
        ({"last_exit.age": "60s"}, "held"),
        ({"last_exit.age|lt": "1h"}, "held"),
        ({"last_exit.age|gte": "61s"}, "failed"),
        ({"ready": False}, "held"),
        ({"ready": True}, "failed"),
        ({"ready|exists": True}, "held"),
        ({"cpu_limit|exists": False}, "held"),
        ({"cpu_limit|exists": True}, "failed"),
        ({"ready": False, "restart_count": 2}, "failed"),
    ],
)
def test_operators(terms: dict[str, Any], expected: str) -> None:
    raw = crashing()
    raw["spec"]["containers"][0]["resources"] = {"limits": {"memory": "128Mi"}}
    assert state(snapshot(raw), "container", terms) == expected


@pytest.mark.parametrize("operator", ["", "|contains", "|startswith", "|matches"])
def test_an_absent_text_satisfies_nothing(operator: str) -> None:
    found = snapshot(pod())
    assert state(found, "container", {f"last_exit.reason{operator}": ["", "Error"]}) == "failed"
    assert state(found, "container", {"last_exit.reason|exists": False}) == "held"


@pytest.mark.parametrize("operator", ["", "|gt", "|gte", "|lt", "|lte"])
def test_an_absent_number_satisfies_nothing(operator: str) -> None:
    assert state(snapshot(pod()), "container", {f"last_exit.code{operator}": [0, 1, 255]}) == "failed"


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"claims": "data"}, "held"),
        ({"claims": ["x", "logs"]}, "held"),
        ({"claims|contains": "data"}, "held"),
        ({"claims|contains": "dat"}, "failed"),
        ({"claims|startswith": "dat"}, "held"),
        ({"claims|matches": "ogs$"}, "held"),
        ({"claims": "x"}, "failed"),
    ],
)
def test_a_list_of_texts_satisfies_what_one_of_them_does(terms: dict[str, Any], expected: str) -> None:
    raw = pod()
    raw["spec"]["volumes"] = [{"name": n, "persistentVolumeClaim": {"claimName": n}} for n in ("data", "logs")]
    assert state(snapshot(raw), "pod", terms, "pod") == expected


def test_a_quantity_that_makes_no_sense_compares_with_nothing() -> None:
    raw = claim(resources={"requests": {"storage": "much"}})
    assert state(snapshot(raw), "claim", {"requested|gt": "1"}, "claim") == "failed"
    assert state(snapshot(raw), "claim", {"requested|lt": "1"}, "claim") == "failed"


def event(reason: str, message: str = "") -> dict[str, Any]:
    return {
        "kind": "Event",
        "metadata": {"name": f"web-1.{reason}", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-1"},
        "reason": reason,
        "message": message,
    }


def test_some_related_object_must_satisfy_all_terms_of_a_leaf() -> None:
    found = snapshot(pod(), event("Killing", "bye"), event("Pulled", "hello"))
    assert state(found, "event", {"reason": "Killing", "message": "bye"}) == "held"
    outcome = judged(found, {"event": {"reason": "Killing", "message": "hello"}})
    assert outcome.state == "failed"
    assert [item.value for item in outcome.evidence] == ["Killing"]
    assert outcome.failed == (FailedTerm("event.message", "is", "hello", "bye"),)


def test_two_leaves_may_speak_of_two_objects() -> None:
    found = snapshot(pod(), event("Killing", "bye"), event("Pulled", "hello"))
    both = {"all": [{"event": {"reason": "Killing"}}, {"event": {"message": "hello"}}]}
    assert judged(found, both).state == "held"


def test_evidence_names_the_object_and_the_value() -> None:
    outcome = judged(snapshot(crashing()), {"container": {"last_exit.code|gt": 0}})
    (item,) = outcome.evidence
    assert (item.field, item.operator, item.wanted, item.value) == ("container.last_exit.code", "gt", 0, 1)
    assert (item.origin.kind, item.origin.name) == ("Pod", "shop/web-1/app")


def test_named_groups_of_what_held_are_kept() -> None:
    outcome = judged(snapshot(pod()), {"container": {"image|matches": "^(?P<name>[a-z]+):(?P<tag>.*)(?P<absent>x)?$"}})
    assert outcome.groups == {"name": "web", "tag": "1"}


def test_text_of_the_cluster_is_cleaned_before_it_is_evidence() -> None:
    raw = pod(state={"waiting": {"reason": "Bad\u202eReason"}})
    assert (
        judged(snapshot(raw), {"container": {"waiting.reason|contains": "Bad"}}).evidence[0].value == "Bad\ufffdReason"
    )


def test_a_kind_that_was_not_read_leaves_what_needs_it_unknown() -> None:
    leaf = {"pod": {"job_succeeded": False}}
    assert judged(snapshot(pod()), leaf).state == "held"
    outcome = judged(snapshot(pod(), unseen=("jobs",)), leaf)
    assert (outcome.state, outcome.unseen) == ("unknown", ("jobs",))


def test_a_failed_term_decides_although_another_could_not_be_judged() -> None:
    found = snapshot(pod(), unseen=("jobs",))
    assert state(found, "pod", {"job_succeeded": False, "phase": "Failed"}) == "failed"


def test_a_log_is_asked_for_only_where_the_cheap_terms_held() -> None:
    wanted = (LogKey("shop", "web-1", "app", True),)
    assert judged(snapshot(crashing()), {"all": [UNREAD_LOG, HELD]}).logs == wanted
    outcome = judged(snapshot(crashing()), {"all": [UNREAD_LOG, FAILED]})
    assert (outcome.state, outcome.logs) == ("failed", ())


def test_the_log_that_was_read_decides() -> None:
    leaf = {"log": {"line|matches": "^panic: (?P<what>.+)"}}
    assert judged(snapshot(crashing(), logs=log("ok\npanic: nil\n", previous=True)), leaf).groups == {"what": "nil"}
    assert judged(snapshot(crashing(), logs=log("ok\n", previous=True)), leaf).state == "failed"
    assert judged(snapshot(crashing(), logs=log("panic: nil", previous=False)), leaf).state == "unknown"


def test_a_log_of_another_replica_tells_for_all() -> None:
    found = snapshot(
        crashing("web-1", "ReplicaSet/web"), crashing("web-2", "ReplicaSet/web"), logs=log("panic: nil", "web-2", True)
    )
    outcome = judged(found, {"log": {"line|contains": "panic"}})
    assert outcome.state == "held"
    assert outcome.evidence[0].origin.name == "shop/web-2/app (previous)"


def test_a_metric_that_was_not_asked_for_is_unknown_and_one_without_value_fails() -> None:
    leaf = {"metric": {"memory_ratio|gt": 0.9}}
    assert judged(snapshot(pod()), leaf).state == "unknown"
    assert judged(snapshot(pod(), metrics=()), leaf).state == "failed"
    assert judged(snapshot(pod(), metrics=(sample("memory_ratio", 0.95),)), leaf).state == "held"
    assert judged(snapshot(pod(), metrics=(sample("memory_ratio", 0.95, pod="web-2"),)), leaf).state == "failed"


def test_an_inferred_clock_hides_no_state_that_may_have_lasted() -> None:
    terms = {"last_exit.age|gt": "1h"}
    assert state(snapshot(crashing()), "container", terms) == "failed"
    assert state(snapshot(crashing(), clock="inferred"), "container", terms) == "held"
    assert state(snapshot(crashing(), clock="inferred"), "container", {"last_exit.age|lt": "1s"}) == "failed"
    assert state(snapshot(pod(), clock="inferred"), "container", terms) == "failed"


@pytest.mark.parametrize(
    ("terms", "clock", "wanted"),
    [
        ({"ready": "False", "ready.age|gt": "1m"}, "inferred", "held"),
        ({"ready": "False", "ready.age|gt": "1m"}, "exact", "failed"),
        ({"ready.age|lt": "1m"}, "inferred", "failed"),
        ({"network_unavailable.age|gt": "1m"}, "inferred", "failed"),
    ],
)
def test_a_state_whose_time_was_left_out_of_a_recording_is_no_younger_for_it(
    terms: dict[str, str], clock: str, wanted: str
) -> None:
    raw = {"kind": "Node", "metadata": {"name": "a"}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}
    found = snapshot(raw, clock=clock)
    assert judged(found, {"node": terms}, "node").state == wanted


def test_an_expression_that_takes_too_long_tells_nothing_and_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    class Slow:
        def search(self, text: str, timeout: float, concurrent: bool) -> None:
            tries.append(timeout)
            raise TimeoutError

    monkeypatch.setattr(matching, "_compiled", lambda expression: Slow())
    seen = snapshot(*(pod(f"web-{number}") for number in range(20)))
    index = Index(seen)
    group = playbook(match={"all": [{"container": {"image|matches": "web"}}]}).match
    outcomes = [judge(Facts(index, "container", next(iter(containers(found)))), group) for found in seen.all("pods")]
    assert {outcome.state for outcome in outcomes} == {"unknown"}
    assert "takes too long" in outcomes[-1].unseen[0]
    assert len(tries) == 3
    assert all(limit > 0 for limit in tries)


def test_an_expression_that_would_never_end_ends() -> None:
    raw = pod(state={"waiting": {"reason": "x", "message": "a" * 5000 + "!"}})
    assert state(snapshot(raw), "container", {"waiting.message|matches": r"^(?:a|aa)+$"}) == "unknown"
