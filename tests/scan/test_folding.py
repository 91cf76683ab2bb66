from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from diag.finding import Report
from diag.playbook.format import Playbook
from diag.scan import scan
from tests.playbook.samples import claim, crashing, log, playbook, snapshot

EXITED = {"all": [{"container": {"last_exit.reason|exists": True}}]}
WAITS = {"all": [{"claim": {"phase": "Pending"}}]}


def mounting(name: str, owner: str = "") -> dict[str, Any]:
    raw = crashing(name, owner)
    raw["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    return raw


def order(report: Report) -> list[tuple[str, str, str | None]]:
    """Playbook and subject of each finding, with the playbook of the finding that explains it."""
    by_id = {finding.id: finding.playbook for finding in report.findings}
    return [(f.playbook, f.subject.name, f.symptom_of and by_id[f.symptom_of]) for f in report.findings]


def test_a_symptom_stands_right_behind_its_root_cause() -> None:
    known = [playbook("crash", severity="medium"), playbook("oom", match=EXITED, severity="low", explains=["crash"])]
    report = scan(snapshot(crashing()), known)
    assert order(report) == [("oom", "web-1", None), ("crash", "web-1", "oom")]
    root, symptom = report.findings
    assert root.symptoms == (symptom.id,)
    assert (report.summary.low, report.summary.medium) == (0, 1)
    assert (root.severity, symptom.severity) == ("medium", "medium")  # what it does to others makes it worse


def test_a_cause_may_be_explained_instead_of_a_playbook() -> None:
    known = [playbook("crash"), playbook("oom", match=EXITED, explains=["some-cause"])]
    assert order(scan(snapshot(crashing()), known)) == [("oom", "web-1", None), ("crash", "web-1", "oom")]


def test_another_workload_explains_nothing() -> None:
    known = [playbook("crash"), playbook("oom", match={"all": [{"pod": {"name": "web-1"}}]}, explains=["crash"])]
    report = scan(snapshot(crashing("web-1", "ReplicaSet/web"), crashing("db-0", "StatefulSet/db")), known)
    assert order(report) == [("oom", "web-1", None), ("crash", "web-1", "oom"), ("crash", "db-0", None)]


def test_pods_of_one_workload_are_one_chain() -> None:
    known = [playbook("crash", match={"all": [{"pod": {"name": "web-2"}}]}, explains=["oom"])]
    known.append(playbook("oom", match={"all": [{"pod": {"name": "web-1"}}]}))
    report = scan(snapshot(crashing("web-1", "ReplicaSet/web"), crashing("web-2", "ReplicaSet/web")), known)
    assert order(report) == [("crash", "web-2", None), ("oom", "web-1", "crash")]


def test_a_claim_explains_the_pods_that_mount_it() -> None:
    known = [playbook("crash"), playbook("waits", "claim", WAITS, explains=["crash"])]
    report = scan(snapshot(mounting("web-1"), mounting("web-2"), crashing("web-3"), claim()), known)
    assert order(report) == [
        ("waits", "data", None),
        ("crash", "web-1", "waits"),
        ("crash", "web-2", "waits"),
        ("crash", "web-3", None),
    ]


def test_a_symptom_of_a_symptom_is_folded_under_the_first_cause() -> None:
    known = [playbook("a", explains=["b"]), playbook("b", explains=["c"]), playbook("c")]
    for severities in (("high", "high", "high"), ("low", "medium", "high"), ("medium", "high", "low")):
        ranked = [
            playbook(one.id, explains=list(one.explains), severity=severity)
            for one, severity in zip(known, severities, strict=True)
        ]
        report = scan(snapshot(crashing()), ranked)
        assert sorted(order(report)) == [("a", "web-1", None), ("b", "web-1", "a"), ("c", "web-1", "a")]


def test_a_symptom_is_explained_by_whatever_else_is_found_on_its_chain() -> None:
    known = [playbook("rollup", symptom=True), playbook("oom", match=EXITED, severity="medium")]
    assert order(scan(snapshot(crashing()), known)) == [("oom", "web-1", None), ("rollup", "web-1", "oom")]


def test_nothing_minor_no_forecast_and_no_other_symptom_explains_a_symptom() -> None:
    rollup = playbook("rollup", symptom=True)
    for other in (
        playbook("minor", match=EXITED, severity="low"),
        playbook("forecast", match=EXITED, severity="high", tags=["predictive"]),
        playbook("symptom", match=EXITED, symptom=True),
    ):
        report = scan(snapshot(crashing()), [rollup, other])
        assert {finding.symptom_of for finding in report.findings} == {None}


def neighbours() -> dict[str, Any]:
    """A pod whose two containers have both ended, `app` with code 1 and `proxy` with code 2."""
    raw = crashing()
    raw["spec"]["containers"].append({"name": "proxy"})
    ended = {"reason": "Error", "exitCode": 2, "finishedAt": "2026-01-10T11:59:00Z"}
    app = raw["status"]["containerStatuses"][0]
    raw["status"]["containerStatuses"].append({**app, "name": "proxy", "lastState": {"terminated": ended}})
    return raw


def test_one_container_explains_nothing_of_its_neighbour() -> None:
    known = [
        playbook("rollup", match={"all": [{"container": {"last_exit.code": 2}}]}, symptom=True),
        playbook("oom", match={"all": [{"container": {"last_exit.code": 1}}]}),
    ]
    assert {finding.symptom_of for finding in scan(snapshot(neighbours()), known).findings} == {None}


def test_a_node_explains_what_is_on_it_where_it_says_so() -> None:
    nodes = [{"kind": "Node", "metadata": {"name": name}} for name in ("worker-1", "worker-2")]
    on_it, alone = playbook("crash"), playbook("other", match=EXITED)
    sick = playbook("sick", "node", {"all": [{"node": {"name": ["worker-1", "worker-2"]}}]}, explains=["crash"])
    report = scan(snapshot(crashing(), *nodes), [on_it, alone, sick])
    assert order(report) == [
        ("sick", "worker-1", None),
        ("crash", "web-1", "sick"),
        ("sick", "worker-2", None),
        ("other", "web-1", None),
    ]


def test_a_service_without_pods_that_work_is_explained_by_them() -> None:
    raw = crashing("web-1", "ReplicaSet/web")
    raw["metadata"]["labels"] = {"app": "web", "tier": "front"}
    service = {
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "web"}},
    }
    known = [playbook("crash"), playbook("empty", "service", {"all": [{"service": {"name": "web"}}]}, symptom=True)]
    assert order(scan(snapshot(raw, service), known)) == [("crash", "web-1", None), ("empty", "web", "crash")]
    service["spec"] = {"selector": {"app": "other"}}
    assert {finding.symptom_of for finding in scan(snapshot(raw, service), known).findings} == {None}


IDS = [f"p{i}" for i in range(5)]


@st.composite
def books(draw: st.DrawFn) -> list[Playbook]:
    """Playbooks that all match, explaining one another at random, in loops too."""
    return [
        playbook(
            name,
            severity=draw(st.sampled_from(["high", "medium", "low"])),
            explains=draw(st.lists(st.sampled_from(IDS), max_size=3, unique=True)),
        )
        for name in IDS
    ]


@given(books())
def test_no_finding_is_lost_and_symptoms_stand_under_roots(known: list[Playbook]) -> None:
    report = scan(snapshot(crashing("web-1"), crashing("web-2", "ReplicaSet/web")), known)
    assert len(report.findings) == 2 * len(IDS)
    roots = {finding.id: finding for finding in report.findings if finding.symptom_of is None}
    current = ""
    for finding in report.findings:
        current = finding.id if finding.id in roots else current
        assert finding.symptom_of in (None, current)
        assert finding.id in roots or finding.id in roots[current].symptoms


def serving(name: str, app: str) -> dict[str, Any]:
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"selector": {"app": app}},
    }


def labelled(name: str, app: str, **more: Any) -> dict[str, Any]:
    raw = crashing(name, f"StatefulSet/{app}", **more)
    raw["metadata"]["labels"] = {"app": app}
    return raw


BLAMES: dict[str, Any] = {
    "match": {"all": [{"pod": {"name": ["web-0", "shop-0"]}}]},
    "causes": [{"id": "refused", "title": "Refused", "meaning": "It is so.", "common": "container.dependency.object"}],
}


def refused(*objects: dict[str, Any], books: list[Playbook]) -> list[tuple[str, str, str | None]]:
    """What is found while `web` and `shop` cannot connect to service `db`."""
    said = log("dial tcp: lookup: connect to db:5432: connection refused", "web-0", previous=True)
    said |= log("dial tcp: lookup: connect to db:5432: connection refused", "shop-0", previous=True)
    asking = (labelled("web-0", "web"), labelled("shop-0", "shop"), serving("web", "web"))
    return order(scan(snapshot(*asking, *objects, logs=said), [playbook("asks", **BLAMES), *books]))


def test_what_is_wrong_behind_a_service_explains_those_who_name_it() -> None:
    oom = playbook("oom", match={"all": [{"container": {"last_exit.reason": "OOMKilled"}}]}, severity="medium")
    killed = labelled("db-0", "db", reason="OOMKilled", code=137)
    alone = labelled("cache-0", "cache", reason="OOMKilled", code=137)
    found = refused(killed, alone, serving("db", "db"), books=[oom])
    assert found == [("oom", "db-0", None), ("asks", "shop-0", "oom"), ("oom", "cache-0", None)]


def test_a_pod_that_serves_beside_one_that_does_not_is_not_at_fault() -> None:
    well = labelled("db-0", "db")
    well["status"]["containerStatuses"] = [{"name": "app", "ready": True, "state": {"running": {}}, "restartCount": 0}]
    busy = playbook("busy", "pod", {"all": [{"pod": {"name": "db-0"}}]})
    assert ("asks", "shop-0", None) in refused(well, serving("db", "db"), books=[busy])


def test_a_service_explains_those_who_name_it_and_not_its_own_pods() -> None:
    empty = playbook("empty", "service", {"all": [{"service": {"name": ["db", "web"]}}]}, explains=["refused"])
    assert refused(serving("db", "nobody"), books=[empty]) == [
        ("empty", "db", None),
        ("asks", "shop-0", "empty"),
        ("empty", "web", None),
    ]


def test_what_stands_before_pods_is_no_reason_for_their_trouble() -> None:
    rollup = playbook("rollup", match={"all": [{"pod": {"name": "web-0"}}]}, symptom=True)
    odd = playbook("odd", "service", {"all": [{"service": {"name": "web"}}]})
    found = order(scan(snapshot(labelled("web-0", "web"), serving("web", "web")), [rollup, odd]))
    assert found == [("odd", "web", None), ("rollup", "web-0", None)]


def test_a_service_without_any_pod_is_explained_by_what_keeps_its_workload_from_making_them() -> None:
    template = {"metadata": {"labels": {"app": "web"}}}
    workload = {
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": 2, "template": template},
    }
    known = [
        playbook("refused", "workload", {"all": [{"workload": {"name": "web"}}]}),
        playbook("empty", "service", {"all": [{"service": {"name": ["web", "other"]}}]}, symptom=True),
    ]
    found = order(scan(snapshot(workload, serving("web", "web"), serving("other", "other")), known))
    assert found == [("refused", "web", None), ("empty", "web", "refused"), ("empty", "other", None)]


def test_of_causes_that_are_as_bad_that_with_the_most_symptoms_comes_first() -> None:
    known = [
        playbook("crash", match={"all": [{"pod": {"name": "web-1"}}]}),
        playbook("waits", "claim", WAITS, explains=["mounts"]),
        playbook("mounts", match={"all": [{"pod": {"name": ["web-2", "web-3"]}}]}),
    ]
    objects = (crashing("web-1"), mounting("web-2"), mounting("web-3"), claim())
    found = [(name, parent) for name, _, parent in order(scan(snapshot(*objects), known))]
    assert found == [("waits", None), ("mounts", "waits"), ("mounts", "waits"), ("crash", None)]
