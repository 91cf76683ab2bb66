import random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from diag.finding import SEVERITIES
from diag.model.snapshot import Gap, LogKey
from diag.scan import scan, wanted_logs
from tests.playbook.samples import claim, crashing, log, playbook, pod, snapshot

LOG = {"all": [{"container": {"last_exit.reason": "Error"}}, {"log": {"line|contains": "panic"}}]}
KNOWN = [
    playbook("a", severity="low"),
    playbook("b", severity="critical", match={"all": [{"container": {"restart_count|gt": 2}}]}, explains=["a"]),
    playbook("c", "pod", {"all": [{"pod": {"phase": "Running"}}]}, severity="medium"),
    playbook("d", "claim", {"all": [{"claim": {"phase": "Pending"}}]}),
]
OBJECTS = [
    *(crashing(f"web-{i}", "ReplicaSet/web") for i in range(3)),
    *(pod(f"db-{i}", "StatefulSet/db") for i in range(2)),
    crashing("lonely"),
    claim("data"),
    claim("logs"),
]


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_things_were_read_changes_nothing(shuffle: random.Random) -> None:
    objects, known = list(OBJECTS), list(KNOWN)
    shuffle.shuffle(objects)
    shuffle.shuffle(known)
    encoded = msgspec.json.encode(scan(snapshot(*objects), known))
    assert encoded == msgspec.json.encode(scan(snapshot(*OBJECTS), KNOWN))


def test_the_worst_comes_first_then_what_concerns_most() -> None:
    report = scan(snapshot(*OBJECTS), KNOWN)
    roots = [finding for finding in report.findings if finding.symptom_of is None]
    ranks = [(SEVERITIES.index(finding.severity), -len(finding.members)) for finding in roots]
    assert ranks == sorted(ranks)
    assert [finding.playbook for finding in report.findings][:2] == ["b", "a"]


def test_the_summary_counts_root_causes_and_all_objects() -> None:
    report = scan(snapshot(*OBJECTS), KNOWN)
    assert report.summary.critical == 2
    assert report.summary.high == 2
    assert report.summary.low == sum(f.playbook == "a" and f.symptom_of is None for f in report.findings)
    assert (report.summary.objects["pods"], report.summary.objects["persistentvolumeclaims"]) == (6, 2)
    assert report.checked == {"playbooks": 4}


def test_a_gap_names_the_playbooks_that_it_keeps_from_being_judged() -> None:
    known = [
        playbook("by-class", "claim", {"all": [{"claim": {"default_class|exists": False}}]}),
        playbook("by-node", match={"all": [{"node": {"ready": "False"}}]}),
        playbook("by-log", match=LOG),
        playbook("plain"),
    ]
    found = snapshot(pod(), unseen=("storageclasses", "nodes", "services"))
    found = msgspec.structs.replace(found, gaps=(*found.gaps, Gap("logs", "shop/web-1/app", "forbidden")))
    report = scan(found, known)
    assert {gap.what: gap.playbooks for gap in report.gaps} == {
        "storageclasses.storage.k8s.io": ("by-class",),
        "nodes": ("by-node",),
        "services": (),
        "logs": ("by-log",),
    }


def test_logs_that_would_tell_and_were_not_read_are_a_gap() -> None:
    known = [playbook("by-log", match=LOG)]
    (gap,) = scan(snapshot(crashing()), known).gaps
    assert (gap.what, gap.why, gap.playbooks) == ("logs", "skipped", ("by-log",))
    assert scan(snapshot(crashing(), logs=log("panic", previous=True)), known).gaps == ()
    assert scan(snapshot(pod()), known).gaps == ()


def wanted(*objects: dict[str, Any], limit: int = 10, logs: Any = None) -> list[str]:
    known = [playbook("minor", match=LOG, severity="low"), playbook("major", match=LOG_OF_OOM, severity="high")]
    return [key.pod for key in wanted_logs(snapshot(*objects, logs=logs or {}), known, limit)]


LOG_OF_OOM = {"all": [{"container": {"last_exit.reason": "OOMKilled"}}, {"log": {"line|contains": "x"}}]}


def test_one_log_is_wanted_for_each_workload_container_and_playbook() -> None:
    assert wanted(crashing("web-1", "ReplicaSet/web"), crashing("web-2", "ReplicaSet/web"), crashing("db-1")) == [
        "db-1",
        "web-1",
    ]


def test_the_logs_of_the_severest_playbooks_are_wanted_first_up_to_the_limit() -> None:
    objects = [crashing("a"), crashing("b"), crashing("z", reason="OOMKilled")]
    assert wanted(*objects) == ["z", "a", "b"]
    assert wanted(*objects, limit=2) == ["z", "a"]
    assert wanted(*objects, limit=0) == []


def test_no_log_is_wanted_twice_nor_of_what_is_well() -> None:
    assert wanted(crashing("a"), logs=log("nothing", "a", previous=True)) == []
    assert wanted(pod("a")) == []


def test_a_cause_may_want_a_log() -> None:
    causes = [
        {"id": "a", "title": "A", "meaning": "M", "when": {"all": [{"log": {"line|contains": "panic"}}]}},
        {"id": "b", "title": "B", "meaning": "M"},
    ]
    known = [playbook(causes=causes)]
    assert wanted_logs(snapshot(crashing()), known, 5) == (LogKey("shop", "web-1", "app", True),)
    (finding,) = scan(snapshot(crashing()), known).findings
    assert (finding.cause, finding.undecided) == ("b", ("a: not seen: the log of shop/web-1/app",))
    (told,) = scan(snapshot(crashing(), logs=log("panic: nil", previous=True)), known).findings
    assert (told.cause, told.undecided) == ("a", ())
