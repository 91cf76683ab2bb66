from typing import Any

import pytest

from diag.facts.index import Index, Key
from diag.finding import Finding, Report, Subject
from diag.model.cluster import Service, ServiceSpec
from diag.model.meta import Metadata, OwnerReference
from diag.model.pods import Pod
from diag.model.snapshot import Snapshot
from diag.tui.story import chain
from diag.tui.story.chain import Step, concerned, root_of, tree
from tests.report.samples import NOW, finding, report
from tests.tui.feeds import demo, demo_report


def shape(step: Step) -> Any:
    """What a tree looks like: causes with what is below them."""
    name = f"{step.findings[0].cause} x{len(step.findings)}"
    return (name, [shape(child) for child in step.below]) if step.below else name


def root(cause: str) -> Finding:
    return next(one for one in demo_report().findings if one.cause == cause and one.symptom_of is None)


def symptom(cause: str, kind: str, name: str, of: Finding, **changed: Any) -> Finding:
    subject = Subject(kind, "shop", name)
    given: dict[str, Any] = {"cause": cause, "subject": subject, "members": (subject,), "workload": None}
    return finding(f"{cause}-{name}", symptom_of=of.id, **(given | changed))


def drawn(index: Index, cause: Finding, *symptoms: Finding) -> Any:
    return shape(tree(index, cause, report(cause, *symptoms)))


def test_a_lost_volume_is_followed_through_database_service_and_clients_to_the_ingress() -> None:
    steps = []
    step = tree(Index(demo()), root("pvc-lost"), demo_report())
    while step.below:
        step = step.below[0]
        steps.append((step.findings[0].subject.kind, len(step.findings)))
    assert steps == [
        ("Pod", 1),
        ("StatefulSet", 1),
        ("Service", 1),
        ("Pod", 1),
        ("Deployment", 2),
        ("Service", 2),
        ("Ingress", 1),
    ]


def test_a_tree_holds_every_symptom_once() -> None:
    def ids(step: Step) -> list[str]:
        return [one.id for one in step.findings] + [name for child in step.below for name in ids(child)]

    for cause in (one for one in demo_report().findings if one.symptoms):
        found = ids(tree(Index(demo()), cause, demo_report()))
        assert sorted(found) == sorted((cause.id, *cause.symptoms))


def test_what_is_said_of_several_objects_is_one_step() -> None:
    cause = finding("flags")
    pods = [symptom("waits", "Pod", f"web-{number}", cause) for number in range(3)]
    assert drawn(Index(Snapshot(NOW)), cause, *pods) == ("limit-below-need x1", ["waits x3"])


def test_a_workload_stands_behind_the_pods_that_it_owns() -> None:
    owner = OwnerReference(kind="StatefulSet", name="db", controller=True)
    pod = Pod(metadata=Metadata("db-0", "shop", owner_references=(owner,)))
    cause = finding("volume")
    symptoms = (symptom("unready", "StatefulSet", "db", cause), symptom("waits", "Pod", "db-0", cause))
    found = drawn(Index(Snapshot(NOW, objects={"pods": [pod]})), cause, *symptoms)
    assert found == ("limit-below-need x1", [("waits x1", ["unready x1"])])


def test_two_that_wait_for_each_other_are_both_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pods = [Pod(metadata=Metadata(f"{name}-0", "shop", labels={"app": name})) for name in "ab"]
    services = [Service(Metadata(name, "shop"), ServiceSpec(selector={"app": name})) for name in "ab"]
    cause = finding("network")
    waiting = [symptom(f"{name}-waits", "Pod", f"{name}-0", cause) for name in "ab"]
    unready = [symptom(f"{name}-unready", "Service", name, cause) for name in "ab"]
    unreached = {"a-0": Key("Service", "shop", "b"), "b-0": Key("Service", "shop", "a")}
    monkeypatch.setattr(
        chain, "_unreached", lambda index, one: {unreached[one.subject.name]} if one in waiting else set()
    )
    found = drawn(Index(Snapshot(NOW, objects={"pods": pods, "services": services})), cause, *waiting, *unready)
    assert found == ("limit-below-need x1", [("b-waits x1", [("b-unready x1", [("a-waits x1", ["a-unready x1"])])])])


def test_what_belongs_to_nothing_stands_under_the_cause() -> None:
    cause = finding("node")
    symptoms = (symptom("unready", "StatefulSet", "db", cause), symptom("waits", "Pod", "web-1", cause))
    assert drawn(Index(Snapshot(NOW)), cause, *symptoms) == ("limit-below-need x1", ["waits x1", "unready x1"])


def test_the_root_of_a_symptom_is_its_cause() -> None:
    cause = finding("node")
    one = symptom("waits", "Pod", "web-1", cause)
    told: Report = report(cause, one)
    assert root_of(one, told) is cause
    assert root_of(cause, told) is cause


def test_a_finding_whose_cause_is_not_told_is_its_own_root() -> None:
    one = symptom("waits", "Pod", "web-1", finding("node"))
    assert root_of(one, report(one)) is one


def test_members_that_are_gone_are_concerned_all_the_same() -> None:
    one = finding()
    names = {key.name for key in concerned(Index(Snapshot(NOW)), one)}
    assert names == {"web-7d4b9c-x2x4z", "web"}
