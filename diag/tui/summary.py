"""What is known of one object, as `kubectl describe` would tell it: from the records of the snapshot alone."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from diag.facts import owners
from diag.facts.containers import containers
from diag.facts.index import Index, Key
from diag.facts.rollouts import record
from diag.facts.wanted import selector_in_words
from diag.model.cluster import Node, Service
from diag.model.kinds import BY_KIND
from diag.model.meta import Condition, LabelSelector, Metadata
from diag.model.pods import Pod, PodSpec
from diag.model.storage import PersistentVolumeClaim
from diag.model.text import one_line
from diag.report.events import folded, message_words, times_words
from diag.report.words import age
from diag.tui.container_lines import Line, spec_lines, status_lines, title
from diag.tui.tables.kinds import table_for

_TOLD = frozenset({"namespace", "name", "age"})  # columns that the metadata tells
_EVENTS = 50
# Conditions for which True means that something is wrong (core/v1 NodeConditionType, apps/v1, batch/v1).
_BAD_WHEN_TRUE = frozenset(
    {
        "DiskPressure",
        "DisruptionTarget",
        "Failed",
        "FailureTarget",
        "MemoryPressure",
        "NetworkUnavailable",
        "PIDPressure",
        "ReplicaFailure",
    }
)


class Section(NamedTuple):
    """A part of a summary: its title, and lines of a label, a text and the name of a style, all on one line."""

    title: str
    lines: tuple[Line, ...]


def summary(index: Index, key: Key, now: datetime) -> list[Section]:
    """The parts of what is known of an object, those without a line left out; nothing when it was not read."""
    found = record(index, key)
    if found is None:
        return []
    parts: list[tuple[str, Iterable[Line]]] = [
        (key.kind, _metadata(index, key, found.metadata, now)),
        ("Status", _status(index, key, found, now)),
        ("Conditions", _conditions(found, now)),
        *_container_parts(found, now),
        ("Events", _events(index, key, found.metadata, now)),
    ]
    sections = (Section(one_line(name), tuple(map(_clean, lines))) for name, lines in parts)
    return [section for section in sections if section.lines]


def _clean(line: Line) -> Line:
    label, text, style = line
    return one_line(label), one_line(text), style


def _metadata(index: Index, key: Key, meta: Metadata, now: datetime) -> Iterator[Line]:
    yield "name", f"{key.namespace}/{key.name}" if key.namespace else key.name, "name"
    yield "age", age(meta.creation_timestamp, now) or "not known", ""
    for owner in owners.owners_of(index, key):
        yield "owner", f"{owner.kind} {owner.name}", ""
    tool = owners.manager(index, key)
    if tool is not None:
        yield "managed by", tool, ""
    if meta.deletion_timestamp is not None:
        yield "deleted", f"asked for, due {_due(meta.deletion_timestamp, now)}", "medium"
    for finalizer in meta.finalizers:
        yield "finalizer", finalizer, ""
    for name, value in sorted(meta.labels.items()):
        yield "label", f"{name}={value}", "dim"


def _due(moment: datetime, now: datetime) -> str:
    return f"{age(moment, now)} ago" if moment <= now else f"in {age(now, moment)}"


def _status(index: Index, key: Key, found: Any, now: datetime) -> Iterator[Line]:
    """What the columns of its table say, and what has no column."""
    table = table_for(BY_KIND[key.kind].plural)
    for column, (text, style) in zip(table.columns, table.cells(index, found, now), strict=True):
        if text and column.name not in _TOLD:
            yield column.heading.lower(), text, style
    if isinstance(found, Pod):
        yield from _pod(found)
    elif isinstance(found, Node):
        yield from _node(found)
    elif isinstance(found, PersistentVolumeClaim):
        yield "requests", str(found.spec.resources.requests.get("storage", "nothing")), ""
    yield from _selector(found)


def _pod(pod: Pod) -> Iterator[Line]:
    lines = (
        ("message", ": ".join(filter(None, (pod.status.reason, pod.status.message))), "high"),
        ("service account", pod.spec.service_account_name, ""),
        ("restart policy", pod.spec.restart_policy, ""),
        ("priority class", pod.spec.priority_class_name, ""),
        ("quality of service", pod.status.qos_class, ""),
        ("node selector", ", ".join(f"{name}={value}" for name, value in pod.spec.node_selector.items()), ""),
    )
    return (line for line in lines if line[1])


def _node(node: Node) -> Iterator[Line]:
    info = node.status.node_info
    yield "runtime", f"{info.container_runtime_version} on {info.architecture}", ""
    for name, amount in node.status.allocatable.items():
        yield "allocatable", f"{name} {amount}", ""
    for taint in node.spec.taints:
        yield "taint", f"{taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}", "medium"


def _selector(found: Any) -> Iterator[Line]:
    selector = getattr(getattr(found, "spec", None), "selector", None)
    if isinstance(found, Service):
        selector = LabelSelector(match_labels=found.spec.selector) if found.spec.selector else None
    if selector is not None:
        yield "selects", selector_in_words(selector), ""


def _conditions(found: Any, now: datetime) -> Iterator[Line]:
    """Of a pod only those that stand out are kept (`model.lean`)."""
    for one in getattr(getattr(found, "status", None), "conditions", ()):
        since = age(one.last_transition_time, now)
        parts = (f"{one.status} for {since}" if since else one.status, one.reason, one.message)
        yield one.type, ": ".join(filter(None, parts)), _condition_style(one)


def _condition_style(one: Condition) -> str:
    bad = "True" if one.type in _BAD_WHEN_TRUE else "False"
    return "medium" if one.status in (bad, "Unknown") else ""


def _container_parts(found: Any, now: datetime) -> Iterator[tuple[str, list[Line]]]:
    """The containers of a pod, or those of the template of a workload, which have no state."""
    if isinstance(found, Pod):
        for one in containers(found):
            yield title(one), [*status_lines(one, now), *spec_lines(one)]
        return
    for one in containers(Pod(spec=_template(found))):
        yield f"{title(one)} of the template", list(spec_lines(one))


def _template(found: Any) -> PodSpec:
    spec = getattr(found, "spec", None)
    job = getattr(spec, "job_template", None)
    template = getattr(job.spec if job is not None else spec, "template", None)
    return template.spec if template is not None else PodSpec()


def _events(index: Index, key: Key, meta: Metadata, now: datetime) -> Iterator[Line]:
    for event in folded(index, index.events(key.kind, meta), newest_first=True)[:_EVENTS]:
        style = "medium" if event.type == "Warning" else ""
        times = f" {times_words(event)}" if event.count > 1 else ""
        yield age(event.last, now) or "?", f"{event.reason}{times}: {message_words(event)}", style
