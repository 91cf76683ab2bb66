from typing import Any

import pytest

from diag.facts import wanted
from diag.model.meta import LabelSelector
from tests.facts.node_samples import node, the_pod, waiting
from tests.facts.pod_samples import index
from tests.facts.test_fit import affinity, label

NODES = [
    node("a", disktype="ssd", zone="1", **{"topology.kubernetes.io/zone": "eu-1a"}),
    node("b", disktype="ssd", zone="2", **{"node-role.kubernetes.io/control-plane": ""}),
]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, "No node has disk=ssd, but 2 have disktype=ssd"),
        ({"nodeSelector": {"disktype": "nvme"}}, "No node has disktype=nvme, but 2 have disktype=ssd"),
        ({"nodeSelector": {"zone": "3"}}, "No node has zone=3, but 1 has zone=1 and 1 has zone=2"),
        ({"nodeSelector": {"colour": "red"}}, "No node has colour=red"),
        (
            {"nodeSelector": {"failure-domain.beta.kubernetes.io/zone": "eu-1a"}},
            "but that label is now named topology.kubernetes.io/zone",
        ),
        (
            {"nodeSelector": {"zone": "1", "kubernetes.io/hostname": "b"}},
            "No node has all of zone=1 (1), kubernetes.io/hostname=b (1)",
        ),
        (
            {"affinity": affinity(label("zone", "In", "3"), label("colour", "Exists"))},
            "No node has zone=3, but 1 has zone=1 and 1 has zone=2; No node has colour Exists",
        ),
        ({"affinity": affinity(label("disktype", "NotIn", "ssd"))}, "No node has disktype NotIn ssd"),
        ({"affinity": affinity(label("disktype", "DoesNotExist"))}, "No node has disktype DoesNotExist"),
        (
            {"affinity": affinity({"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["gone"]}]})},
            "There is no node gone",
        ),
        ({"affinity": affinity({"matchExpressions": [{}]})}, "No node has"),
    ],
)
def test_labels_that_no_node_has(spec: dict[str, Any], said: str) -> None:
    found = index(pods=[waiting(**spec)], nodes=NODES)
    assert said in (wanted.unmet(found, the_pod(found).spec) or "")


@pytest.mark.parametrize("spec", [{}, {"nodeSelector": {"disktype": "ssd"}}, {"affinity": affinity()}])
def test_nothing_is_said_where_nodes_match_or_nothing_is_wanted(spec: dict[str, Any]) -> None:
    found = index(pods=[waiting(**spec)], nodes=NODES)
    assert wanted.unmet(found, the_pod(found).spec) is None


@pytest.mark.parametrize(("spec", "said"), [({"nodeSelector": {"p": "x"}}, "It wants a node with p=x"), ({}, None)])
def test_just_what_it_wants_where_nodes_were_not_read(spec: dict[str, Any], said: str | None) -> None:
    found = index(pods=[waiting(**spec)])
    assert wanted.unmet(found, the_pod(found).spec) == said


@pytest.mark.parametrize(
    ("spec", "missing"),
    [
        ({"nodeSelector": {"disk": "ssd"}}, "disk=ssd"),
        ({"nodeSelector": {"disk": "ssd", "colour": "red"}}, None),
        ({"nodeSelector": {"zone": "1"}}, None),
        ({"affinity": affinity(label("zone", "In", "3"), label("zone", "In", "1"))}, None),
    ],
)
def test_the_one_label_that_is_missing(spec: dict[str, Any], missing: str | None) -> None:
    found = index(pods=[waiting(**spec)], nodes=NODES)
    assert wanted.missing_label(found, the_pod(found).spec) == missing


def test_selectors_in_words() -> None:
    assert wanted.selector_in_words(LabelSelector({"app": "web", "tier": "x"})) == "app=web and tier=x"
    assert wanted.selector_in_words(LabelSelector()) == "any labels"
    assert wanted.selector_in_words(None) == "no labels"
