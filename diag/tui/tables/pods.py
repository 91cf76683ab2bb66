"""The table of pods."""

from datetime import datetime

from diag.facts import pod_status
from diag.facts.index import Index
from diag.model.pods import Pod
from diag.report.words import age
from diag.tui.tables.column import Cell, Column
from diag.tui.tables.field import AGE, NAME, NAMESPACE, Field, KindTable, spare, state, text


def _ready(_: Index, pod: Pod, now: datetime) -> Cell:
    have, want = pod_status.ready(pod)
    over = pod.status.phase == "Succeeded"
    return f"{have}/{want}", "medium" if have < want and not over else ""


def _share(_: Index, pod: Pod, now: datetime) -> float:
    have, want = pod_status.ready(pod)
    return have / want if want else 0.0


def _restarts(_: Index, pod: Pod, now: datetime) -> Cell:
    count, last = pod_status.restarts(pod)
    ago = f" ({age(last, now)} ago)" if count and last is not None else ""
    return f"{count}{ago}", "medium" if ago else ""


PODS = KindTable(
    "pods",
    NAMESPACE,
    NAME,
    Field(Column("ready", "READY", 5, right=True), _ready, _share),
    state(lambda _, pod: pod_status.status(pod), 18),
    Field(Column("restarts", "RESTARTS", 13), _restarts, lambda _, pod, __: pod_status.restarts(pod).number),
    spare(1, text("node", "NODE", 14, lambda _, pod: pod.node_name)),
    AGE,
)
