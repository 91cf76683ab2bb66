"""Which labels a pod wants of its node and no node has, and which ones the nodes have in their place."""

from collections import Counter, defaultdict

from diag.facts.fit import nodes_for, terms
from diag.facts.images import nearest
from diag.facts.index import Index, joined
from diag.facts.labels import holds
from diag.facts.placement import where
from diag.facts.words import have
from diag.model.meta import LabelSelector, LabelSelectorRequirement
from diag.model.pods import NodeSelector, NodeSelectorTerm, PodSpec

_SHOWN = 3
_NAME = "metadata.name"
# Well-known labels that got another name; nodes of newer versions have only that (KEP-2067, cloud-provider zones).
_RENAMED = {
    "node-role.kubernetes.io/master": "node-role.kubernetes.io/control-plane",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
    "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
    "beta.kubernetes.io/os": "kubernetes.io/os",
    "beta.kubernetes.io/arch": "kubernetes.io/arch",
}


def unmet(index: Index, spec: PodSpec) -> str | None:
    """Why no node has the labels that a pod wants, as a sentence without its full stop; None where some node does.

    Without nodes to compare just what it wants.
    """
    fitting = nodes_for(index, spec)
    if not index.all("nodes"):
        return f"It wants a node with {wish(spec)}" if wish(spec) else None
    if fitting.open or fitting.by_taint:
        return None
    missing = _missing(index, spec)
    if missing:
        return "; ".join(_absent(index, requirement) for requirement in missing[:_SHOWN])
    counts = [f"{in_words(one)} ({_held(index, one)})" for one in _all(spec)[: 2 * _SHOWN]]
    return f"No node has all of {', '.join(counts)}; in brackets how many have each" if counts else None


def missing_label(index: Index, spec: PodSpec) -> str | None:
    """The one requirement that no node satisfies, in words; None when there are several or none."""
    missing = _missing(index, spec)
    return in_words(missing[0]) if len(missing) == 1 else None


def wish(spec: PodSpec) -> str:
    """What a pod wants of the labels of its node, in words; empty when it takes any."""
    return ", ".join(where(NodeSelector(part)) for part in terms(spec))


def selector_in_words(selector: LabelSelector | None) -> str:
    """A selector for pods in words: `app=web and tier In a, b`. Without a selector no pod is meant."""
    if selector is None:
        return "no labels"
    equal = tuple(LabelSelectorRequirement(key, "In", (value,)) for key, value in selector.match_labels.items())
    every = (*equal, *selector.match_expressions)
    return where(NodeSelector((NodeSelectorTerm(match_expressions=every),))) or "any labels"


def in_words(requirement: LabelSelectorRequirement) -> str:
    """One requirement in words: `disk=ssd`."""
    return where(NodeSelector((NodeSelectorTerm(match_expressions=(requirement,)),)))


@joined
def _values(index: Index) -> dict[str, Counter[str]]:
    """By label the values that nodes have, and how many have each; the names of the nodes under their field."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for node in index.all("nodes"):
        found[_NAME][node.metadata.name] += 1
        for key, value in node.metadata.labels.items():
            found[key][value] += 1
    return dict(found)


def _held(index: Index, requirement: LabelSelectorRequirement) -> int:
    """How many nodes satisfy a requirement."""
    values = _values(index).get(requirement.key, Counter())
    if requirement.operator == "In":
        return sum(values[value] for value in set(requirement.values))
    held = sum(count for value, count in values.items() if holds(requirement, {requirement.key: value}))
    without = len(index.all("nodes")) - values.total()
    return held + without if holds(requirement, {}) else held


def _missing(index: Index, spec: PodSpec) -> list[LabelSelectorRequirement]:
    """Requirements that no node satisfies and that the pod cannot do without: each of its alternatives has one."""
    missing = []
    for part in terms(spec):
        lacking = [[one for one in _requirements(term) if not _held(index, one)] for term in part]
        if all(lacking):
            missing += [one for each in lacking for one in each]
    return list(dict.fromkeys(missing))


def _requirements(term: NodeSelectorTerm) -> tuple[LabelSelectorRequirement, ...]:
    return (*term.match_expressions, *term.match_fields)


def _all(spec: PodSpec) -> list[LabelSelectorRequirement]:
    return list(dict.fromkeys(one for part in terms(spec) for term in part for one in _requirements(term)))


def _absent(index: Index, requirement: LabelSelectorRequirement) -> str:
    if requirement.key == _NAME:
        return f"There is no node {', '.join(requirement.values)}"
    there = _instead(index, requirement)
    return f"No node has {in_words(requirement)}" + (f", but {there}" if there else "")


def _instead(index: Index, requirement: LabelSelectorRequirement) -> str:
    """What the nodes have in the place of a label: a newer name of it, another value, the value under another key."""
    values = {key: counts for key, counts in _values(index).items() if key != _NAME}
    newer = _RENAMED.get(requirement.key)
    if newer in values:
        return f"that label is now named {newer}"
    if requirement.key in values:
        return _counts(requirement.key, values[requirement.key])
    wanted = set(requirement.values)
    same = {key for key, counts in values.items() if not wanted or not wanted.isdisjoint(counts)}
    alike = nearest(requirement.key, same)
    if alike is None:
        return ""
    return _counts(alike, Counter({v: n for v, n in values[alike].items() if not wanted or v in wanted}))


def _counts(key: str, found: Counter[str]) -> str:
    most = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    return " and ".join(f"{count} {have(count)} {key}={value}" for value, count in most)
