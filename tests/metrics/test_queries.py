"""The questions, as text; whether Prometheus understands them shows in the lab."""

import pytest

from diag.metrics.queries import QUERIES, USAGE, Query, course, known
from diag.playbook.fields import FIELDS

ALL = {f"{query.name} {len(query.promql)}": query for query in (*QUERIES, *USAGE)}


@pytest.mark.parametrize("query", ALL.values(), ids=ALL)
def test_each_is_aggregated_and_knows_its_cluster(query: Query) -> None:
    assert query.name in FIELDS["metric"]
    assert " by (namespace, " in query.promql
    assert "$of" not in query.of("prod")
    selectors = query.of("prod").count("{")
    assert query.of("prod").count('{cluster="prod",') == selectors > 0
    assert query.of("").count("cluster") == 0
    for need in query.needs:
        assert need in query.promql


@pytest.mark.parametrize("query", QUERIES, ids=[query.name for query in QUERIES])
def test_a_scan_gets_only_what_stands_out(query: Query) -> None:
    assert ">" in query.promql or "<" in query.promql


def test_which_series_there_are_is_one_question() -> None:
    asked = known(QUERIES[:1], "prod")
    names = "container_memory_working_set_bytes|kube_pod_container_resource_limits"
    assert asked == f'count by (__name__) ({{cluster="prod",__name__=~"{names}"}})'


def test_a_name_is_no_expression() -> None:
    asked = course((("shop", "web.1"), ("shop", 'x"}')), "")
    assert 'namespace=~"shop"' in asked
    assert 'pod=~"web[.]1|x\\"}"' in asked.replace('x\\"}|web[.]1', 'web[.]1|x\\"}')
