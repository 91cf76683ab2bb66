import io
import json

import pytest

from diag.finding import Explanation, FailedTerm, NearMiss
from diag.model.snapshot import Gap
from diag.report.explanation import print_explanation
from diag.report.json import to_json
from tests.report.samples import NOW, fact, finding

FOUND = finding(undecided=("other-cause: events were not read",))
NEAR = NearMiss(
    "image-pull",
    "Image cannot be pulled",
    FOUND.subject,
    (fact("container.ready", "is", False, False),),
    (FailedTerm("container.waiting.reason", "is", ["ErrImagePull", "ImagePullBackOff"], "CrashLoopBackOff"),),
    False,
)
FACTS = {"pod.phase": "Running", "container.last_exit.age (app)": 95.0}


def explanation(**changed: object) -> Explanation:
    values: dict[str, object] = {"facts": FACTS, "findings": (), "near_misses": (), "unseen": (), "gaps": ()}
    fixed = {"schema": "mondiag.explanation/v1", "taken_at": NOW, "subject": FOUND.subject}
    return Explanation(**(values | fixed | changed))  # type: ignore[arg-type]


def printed(value: Explanation) -> str:
    stream = io.StringIO()
    print_explanation(value, stream)
    return stream.getvalue()


def test_it_begins_with_the_object_and_its_state() -> None:
    lines = printed(explanation()).splitlines()
    assert lines[0] == "Pod shop/web-7d4b9c-x2x4z, container app  2025-11-22 03:12:44 UTC"
    assert lines[1:3] == [
        "            pod.phase                      Running",
        "            container.last_exit.age (app)  95s",
    ]


def test_a_long_value_goes_on_under_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    lines = printed(
        explanation(facts={"pod.phase": "a long value that does not fit on one line of the page"})
    ).splitlines()
    assert lines[1:3] == [
        "            pod.phase  a long value that does not fit on one line of",
        "                       the page",
    ]


def test_a_finding_is_told_in_full() -> None:
    text = printed(explanation(findings=(FOUND,)))
    for line in (
        "  impact    Work in memory is lost at every restart.",
        "  unsure    other-cause: events were not read",
        "  fix       Raise the memory limit of app to 256Mi  (disruptive)",
        "  or        Look for a leak",
        "            Compare memory with the number of requests.",
        "            kubectl top pod web-7d4b9c-x2x4z -n shop --containers",
        "  read      https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/",
        "  playbook  oom-killed, cause limit-below-need, from playbooks/container/oom-killed.yaml",
    ):
        assert line in text.splitlines()
    assert "No playbook" not in text


def test_a_near_miss_says_what_held_and_what_did_not() -> None:
    text = " ".join(printed(explanation(near_misses=(NEAR,))).split())
    assert (
        "almost image-pull (Image cannot be pulled): held container.ready is false; but container.waiting.reason is "
        "CrashLoopBackOff, wanted ErrImagePull or ImagePullBackOff" in text
    )


def test_health_is_claimed_only_of_what_was_seen() -> None:
    assert "✔         No playbook finds anything wrong with it." in printed(explanation())
    unseen = printed(explanation(unseen=("the log of shop/web/app",), gaps=(Gap("events", "", "expired"),)))
    assert "✔" not in unseen
    assert "  unsure    the log of shop/web/app\n  not seen  events: gone already\n" in unseen


def test_it_is_json_too() -> None:
    document = json.loads(to_json(explanation(findings=(FOUND,), near_misses=(NEAR,))))
    assert document["near_misses"][0]["failed"][0]["value"] == "CrashLoopBackOff"
    assert document["facts"] == FACTS
