from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.labels import holds, matches, node_matches
from diag.model.cluster import Node
from diag.model.meta import LabelSelector, LabelSelectorRequirement, Metadata
from diag.model.pods import NodeSelector

LABELS = {"disk": "ssd", "cpus": "16", "empty": ""}


def one(operator: str, *values: str, key: str = "disk") -> LabelSelectorRequirement:
    return LabelSelectorRequirement(key, operator, values)


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        (one("In", "ssd", "nvme"), True),
        (one("In", "hdd"), False),
        (one("In"), False),
        (one("In", "ssd", key="absent"), False),
        (one("In", "", key="empty"), True),
        (one("NotIn", "ssd"), False),
        (one("NotIn", "hdd"), True),
        (one("NotIn", "ssd", key="absent"), True),
        (one("Exists"), True),
        (one("Exists", key="empty"), True),
        (one("Exists", key="absent"), False),
        (one("DoesNotExist"), False),
        (one("DoesNotExist", key="absent"), True),
        (one("Gt", "8", key="cpus"), True),
        (one("Gt", "16", key="cpus"), False),
        (one("Lt", "32", key="cpus"), True),
        (one("Lt", "16", key="cpus"), False),
        (one("Gt", "8"), False),
        (one("Gt", "few", key="cpus"), False),
        (one("Gt", key="cpus"), False),
        (one("Lt", "8", key="absent"), False),
        (one("Like", "ssd"), False),
        (one(""), False),
    ],
)
def test_one_expression(requirement: LabelSelectorRequirement, expected: bool) -> None:
    assert holds(requirement, LABELS) is expected


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ({}, True),
        ({"matchLabels": {"disk": "ssd"}}, True),
        ({"matchLabels": {"disk": "ssd", "zone": "a"}}, False),
        ({"matchLabels": {"absent": ""}}, False),
        ({"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}, True),
        (
            {
                "matchLabels": {"disk": "ssd"},
                "matchExpressions": [{"key": "disk", "operator": "NotIn", "values": ["ssd"]}],
            },
            False,
        ),
    ],
)
def test_all_of_a_selector_must_hold(selector: dict[str, Any], expected: bool) -> None:
    assert matches(msgspec.convert(selector, LabelSelector), LABELS) is expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([], False),
        ([{}], False),
        ([{"matchExpressions": [{"key": "disk", "operator": "Exists"}]}], True),
        ([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-a"]}]}], True),
        ([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-b"]}]}], False),
        (
            [
                {
                    "matchExpressions": [{"key": "disk", "operator": "Exists"}],
                    "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-b"]}],
                }
            ],
            False,
        ),
        ([{}, {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}], True),
    ],
)
def test_one_term_of_a_node_selector_must_hold(terms: list[dict[str, Any]], expected: bool) -> None:
    selector = msgspec.convert({"nodeSelectorTerms": terms}, NodeSelector)
    assert node_matches(selector, Node(metadata=Metadata(name="node-a", labels=LABELS))) is expected


TEXT = st.text(max_size=6)


@given(st.dictionaries(TEXT, TEXT), TEXT, st.lists(TEXT, max_size=3))
def test_an_expression_and_its_opposite_never_agree(labels: dict[str, str], key: str, values: list[str]) -> None:
    def both(operator: str, opposite: str) -> tuple[bool, bool]:
        return tuple(holds(LabelSelectorRequirement(key, each, tuple(values)), labels) for each in (operator, opposite))  # type: ignore[return-value]

    assert sorted(both("In", "NotIn")) == [False, True]
    assert sorted(both("Exists", "DoesNotExist")) == [False, True]
    assert both("Gt", "Lt") != (True, True)
