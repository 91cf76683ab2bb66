from typing import Any

import pytest

from diag.errors import RefusedError, UsageError
from diag.kube.session import Session
from diag.model.kinds import BY_KIND
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.snapshot import LogKey, Scope
from diag.sources.pod_finder import PodFinder, selector_text
from diag.sources.pods import Run, check_kind, choose, runs
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.log_samples import ENDED, WAITING, deploy, pod


def found(session: Session, kind: str, name: str, namespace: str = "", scope: Scope = Scope()) -> list[str]:  # noqa: B008
    seen = PodFinder(session, scope, BY_KIND[kind], namespace, name, 20)()
    return [one.metadata.name for one in seen.pods]


def add(api: FakeApi, plural: str, name: str, owner: str = "", **spec: Any) -> None:
    owners = [{"kind": "CronJob", "name": owner, "controller": True}] if owner else []
    metadata = {"name": name, "namespace": "shop", "ownerReferences": owners}
    api.add(plural, {"metadata": metadata, "spec": {"selector": {"matchLabels": {"app": "web"}}} | spec})


@pytest.mark.parametrize(
    ("kind", "plural"), [("ReplicaSet", "replicasets"), ("StatefulSet", "statefulsets"), ("DaemonSet", "daemonsets")]
)
def test_only_pods_that_the_workload_owns(api: FakeApi, session: Session, kind: str, plural: str) -> None:
    add(api, plural, "mine")
    api.add("pods", pod("mine-1", owner=(kind, "mine")), pod("theirs-1", owner=(kind, "theirs")))
    assert found(session, kind, "mine") == ["mine-1"]
    assert api.requests[-1].query["labelSelector"] == "app=web"


def test_the_pods_of_a_cronjob(api: FakeApi, session: Session) -> None:
    add(api, "cronjobs", "nightly")
    add(api, "jobs", "nightly-1", owner="nightly")
    add(api, "jobs", "other-1", owner="other")
    for name in ("nightly-1", "other-1"):
        api.add("pods", pod(f"{name}-x", owner=("Job", name), labels={"job-name": name}))
    assert found(session, "CronJob", "nightly") == ["nightly-1-x"]


def test_an_object_must_be_the_only_one_of_its_name(api: FakeApi, session: Session) -> None:
    api.add("pods", pod("web"), pod("web", namespace="ops"))
    with pytest.raises(UsageError, match="there is a Pod web in ops, shop: say which with -n"):
        found(session, "Pod", "web")
    assert found(session, "Pod", "web", "ops") == ["web"]
    with pytest.raises(UsageError, match="there is no Pod nope in namespace shop"):
        found(session, "Pod", "nope", scope=Scope(("shop",)))


def test_labels_narrow_the_pods(api: FakeApi, session: Session) -> None:
    old = {"app": "web", "pod-template-hash": "abc", "tier": "old"}
    deploy(api, pod("web-1"), pod("web-2", labels=old))
    assert found(session, "Deployment", "web", scope=Scope(selector="tier=old")) == ["web-2"]


def test_a_refusal_is_raised(api: FakeApi, session: Session) -> None:
    deploy(api, pod("web-1"))
    api.fail("pods", fake_api.forbidden())
    with pytest.raises(RefusedError):
        found(session, "Deployment", "web")


def test_kinds_without_pods_are_refused() -> None:
    check_kind(BY_KIND["Deployment"])
    with pytest.raises(UsageError, match="a Node has no logs"):
        check_kind(BY_KIND["Node"])


def test_a_selector_as_the_server_takes_it() -> None:
    expressions = (
        LabelSelectorRequirement("a", "In", ("x", "y")),
        LabelSelectorRequirement("b", "NotIn", ("z",)),
        LabelSelectorRequirement("c", "Exists"),
        LabelSelectorRequirement("d", "DoesNotExist"),
    )
    assert selector_text(LabelSelector({"app": "web"}, expressions)) == "app=web,a in (x,y),b notin (z),c,!d"
    assert selector_text(LabelSelector()) == ""


def test_the_runs_of_containers(api: FakeApi, session: Session) -> None:
    init = {"initContainers": [{"name": "init"}], "containers": [{"name": "app"}]}
    api.add(
        "pods",
        pod("a") | {"spec": init},
        pod("b", WAITING),
        pod("c", WAITING, restarts=2),
        pod("d", ENDED, phase="Succeeded"),
    )
    begun = {}
    for name in "abcd":
        for run in runs(PodFinder(session, Scope(), BY_KIND["Pod"], "", name, 20)().pods):
            begun[f"{name}/{run.key.container}"] = (run.begun, run.running)
    assert begun == {
        "a/init": (False, False),
        "a/app": (True, True),
        "b/app": (False, False),
        "c/app": (True, False),
        "d/app": (True, False),
    }


def test_which_containers_are_chosen() -> None:
    init, app, proxy = (
        Run("u", LogKey("shop", "web", name), 0, True, True, name == "init") for name in ("init", "app", "proxy")
    )
    every = [init, app, proxy]
    assert choose(every, [], every=True) == every
    assert choose(every, [], every=False) == [app]
    assert choose(every, ["proxy", "init"], every=False) == [init, proxy]
    assert choose([], [], every=False) == []
