from typing import Any

import pytest

from diag.facts import templates
from diag.facts.index import Index
from tests.facts.pod_samples import index, only, pod


def owned(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "name": name, "controller": True}]


def workload(name: str, limit: str, owner: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    container = {"name": "app", "resources": {"limits": {"memory": limit}}}
    sidecar = {"name": "logs", "restartPolicy": "Always"}
    template = {"spec": {"containers": [container], "initContainers": [sidecar]}}
    meta = {"name": name, "namespace": "shop", "ownerReferences": owner or []}
    return {"metadata": meta, "spec": {"template": template}}


def cluster(
    name: str = "app", limit: str = "128Mi", owner: tuple[str, str] = ("ReplicaSet", "web-1"), **more: Any
) -> Index:
    raw = pod(pod_spec={"containers": [{"name": name, "resources": {"limits": {"memory": limit}}}]})
    raw["metadata"]["ownerReferences"] = owned(*owner)
    replica_set = workload("web-1", "128Mi", owned("Deployment", "web"))
    return index(pods=[raw], **{"replicasets": [replica_set], "deployments": [workload("web", "512Mi")], **more})


@pytest.mark.parametrize(("name", "added"), [("app", False), ("logs", False), ("istio-proxy", True)])
def test_what_the_template_does_not_list_was_added(name: str, added: bool) -> None:
    found = cluster(name)
    assert templates.injected(found, only(found, name)) is added


def test_nothing_is_said_without_a_template() -> None:
    for found in (cluster(replicasets=[], deployments=[]), cluster(owner=("Rollout", "web")), index(pods=[pod()])):
        assert templates.injected(found, only(found)) is None
        assert templates.raised_limit(found, only(found)) is None


def test_the_workload_stands_in_for_a_replica_set_that_was_not_read() -> None:
    found = cluster("istio-proxy", replicasets=[])
    found.snapshot.all("pods")[0].metadata.labels["pod-template-hash"] = "1"
    assert templates.injected(found, only(found, "istio-proxy")) is True


@pytest.mark.parametrize(
    ("limit", "raised"), [("128Mi", "512Mi"), ("512Mi", None), ("1Gi", None), ("0", None), ("536870911", "512Mi")]
)
def test_a_limit_that_was_raised_since(limit: str, raised: str | None) -> None:
    found = cluster(limit=limit)
    assert templates.raised_limit(found, only(found)) == raised


def test_less_than_its_own_revision_has_is_no_matter_of_revisions() -> None:
    found = cluster(replicasets=[workload("web-1", "512Mi", owned("Deployment", "web"))])
    assert templates.raised_limit(found, only(found)) is None
    assert templates.newest_limit(found, only(found)) == "512Mi"


def test_a_jobs_template_is_its_own_not_that_of_its_cron_job() -> None:
    job = workload("web-1", "256Mi", owned("CronJob", "web"))
    cron = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {"schedule": "@daily"}}
    found = cluster(owner=("Job", "web-1"), jobs=[job], cronjobs=[cron])
    assert templates.raised_limit(found, only(found)) == "256Mi"
