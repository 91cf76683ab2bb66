"""All questions to a Prometheus: samples, names that were answered, and what was not."""

import json
from typing import Any

import pytest

from diag.errors import AnswerError, UnreachableError
from diag.metrics.measure import cluster_of, measure
from diag.metrics.prometheus import Prometheus, connect
from diag.metrics.queries import CGROUP_MEMORY, QUERIES, Query
from diag.model.snapshot import Sample
from tests.metrics.fake import FakePrometheus, Server

WEB = {"namespace": "shop", "pod": "web-1", "container": "app"}
PODS = [("uid-1", "web-1"), ("uid-2", "web.2")]
MATTER = next(query for query in QUERIES if query.name == "memory_ratio")


@pytest.fixture
def asking(prometheus: Server) -> Prometheus:
    return connect(prometheus.url, prometheus.url, 10)


def answered(queries: tuple[Query, ...] = QUERIES) -> set[str]:
    return {query.name for query in queries}


def test_what_is_measured(asking: Prometheus, fake: FakePrometheus) -> None:
    fake.values = {
        "memory_ratio": [(WEB, 0.93)],
        "volume_ratio": [({"namespace": "shop", "persistentvolumeclaim": "data"}, 0.9)],
    }
    found = measure(asking, QUERIES, "")
    assert found.metrics.samples == (
        Sample("memory_ratio", 0.93, "shop", "web-1", "app"),
        Sample("volume_ratio", 0.9, "shop", claim="data"),
    )
    assert set(found.metrics.names) == answered()
    assert (found.metrics.source, found.unanswered) == (asking.source, ())
    assert len(fake.asked) == 1 + len(QUERIES)


def test_series_that_are_missing_are_said(asking: Prometheus, fake: FakePrometheus) -> None:
    fake.series = {name for name in fake.series if "inodes" not in name}
    found = measure(asking, QUERIES, "")
    assert set(found.metrics.names) == answered() - {"inodes_ratio"}
    [text] = found.unanswered
    assert text.endswith("has no series kubelet_volume_stats_inodes, kubelet_volume_stats_inodes_used")


def test_a_question_that_is_refused_costs_only_its_answer(asking: Prometheus, fake: FakePrometheus) -> None:
    refused = '{"status":"error","error":"query processing would load too many samples"}'
    fake.odd = lambda query: (422, refused) if "[6h]" in query["query"] else None
    found = measure(asking, QUERIES, "")
    assert set(found.metrics.names) == answered() - {"volume_full_in"}
    [text] = found.unanswered
    assert "would load too many samples" in text


def test_one_that_goes_away_is_not_asked_on(asking: Prometheus, fake: FakePrometheus, prometheus: Server) -> None:
    def leave(query: Any) -> None:
        if query["query"] == QUERIES[1].of(""):
            prometheus.server_close()

    fake.odd = leave
    found = measure(asking, QUERIES, "")
    assert found.metrics.names == tuple(query.name for query in QUERIES[:2])
    assert len(found.unanswered) == 1


def test_nothing_at_all(asking: Prometheus, prometheus: Server) -> None:
    prometheus.server_close()
    with pytest.raises(UnreachableError):
        measure(asking, QUERIES, "")


def test_a_part_counts_as_unanswered_but_is_kept(asking: Prometheus, fake: FakePrometheus) -> None:
    fake.values = {"memory_ratio": [(WEB, 0.93)]}
    fake.warnings = ["store at 10.0.0.7:10901 is away"]
    found = measure(asking, (MATTER,), "")
    assert (found.metrics.names, len(found.metrics.samples)) == ((), 1)
    assert found.unanswered == (f"{asking.source} answered in part: store at 10.0.0.7:10901 is away",)


@pytest.mark.parametrize("value", ["NaN", "+Inf", "many"])
def test_a_value_that_is_no_number_is_left_out(asking: Prometheus, fake: FakePrometheus, value: str) -> None:
    fake.values = {"memory_ratio": [(WEB, value)]}
    found = measure(asking, (MATTER,), "")
    assert (found.metrics.samples, found.metrics.names) == ((), ("memory_ratio",))


def test_the_same_cluster(asking: Prometheus, fake: FakePrometheus) -> None:
    assert cluster_of(asking, PODS) == ""
    [query] = fake.asked
    assert 'uid=~"uid-1|uid-2"' in query
    assert 'pod=~"web-1|web[.]2"' in query


def test_one_of_several_clusters(asking: Prometheus, fake: FakePrometheus) -> None:
    fake.knows = [{"__name__": "kube_pod_info", "cluster": 'prod "eu"'}, {}]
    assert cluster_of(asking, PODS) == 'prod "eu"'
    fake.cluster = 'prod "eu"'
    fake.values = {"memory_ratio": [(WEB, 0.93)]}
    assert measure(asking, (MATTER,), 'prod "eu"').metrics.samples


@pytest.mark.parametrize(
    ("knows", "same"),
    [
        ([], False),
        ([{}], False),  # pods are known, but not ours
        ([{"__name__": CGROUP_MEMORY}, {}], False),  # names agree, and uids, which tell more, do not
        ([{"__name__": CGROUP_MEMORY}], True),  # there are no uids to go by
    ],
)
def test_another_cluster(asking: Prometheus, fake: FakePrometheus, knows: list[dict[str, str]], same: bool) -> None:
    fake.knows = knows
    if same:
        assert cluster_of(asking, PODS) == ""
        return
    with pytest.raises(AnswerError, match="it may measure another cluster"):
        cluster_of(asking, PODS)


def test_text_that_is_no_answer(asking: Prometheus, fake: FakePrometheus) -> None:
    fake.odd = lambda query: (200, json.dumps({"data": {"result": [{"metric": {}, "value": []}]}}))
    with pytest.raises(AnswerError):
        measure(asking, QUERIES, "")
