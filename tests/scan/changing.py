"""A cluster that changes: the objects of test cases, coming, going and turning from one into the other."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from diag.facts.groups import place
from diag.facts.tracked import Change
from diag.model.snapshot import Gap, LogKey, Metrics, Scope, Snapshot
from diag.playbook.cases import snapshot
from diag.playbook.load import built_in, load_directory
from diag.runner import cases
from diag.sources.recording import load_recording

PLAYBOOKS = load_directory(built_in(), [])
CASES = cases([built_in()])

Object = tuple[str, Any]
"""The plural of a kind and a record of it."""


@cache
def seen(number: int) -> Snapshot:
    """What a scan sees of the case of that number; of the demo for the number after the last."""
    if number == len(CASES):
        return load_recording("diag/demo", None, Scope())
    return msgspec.structs.replace(snapshot(CASES[number]), gaps=())


def latest(numbers: Iterable[int]) -> datetime:
    """The time at which all objects of these cases are there."""
    return max(seen(number).taken_at for number in numbers)


def objects(one: Snapshot) -> list[Object]:
    """All objects of a snapshot."""
    return [(plural, record) for plural, records in one.objects.items() for record in records]


class Cluster:
    """The objects, logs and metrics that are there now, and what has changed since the last snapshot."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.gaps: tuple[Gap, ...] = ()
        self.logs: dict[LogKey, str] = {}
        self.metrics: tuple[Metrics, ...] = ()
        self._objects: dict[str, dict[tuple[str, str], Any]] = {plural: {} for plural in seen(0).objects}
        self._changes: list[Change] = []

    def put(self, plural: str, record: Any) -> None:
        """Create the object, or change it into this."""
        records = self._objects.setdefault(plural, {})
        self._changes.append((plural, records.get(place(record)), record))
        records[place(record)] = record

    def delete(self, plural: str, record: Any) -> None:
        """Delete whatever has the name of that record."""
        old = self._objects.get(plural, {}).pop(place(record), None)
        if old is not None:
            self._changes.append((plural, old, None))

    def lose(self, plural: str) -> None:
        """Know nothing of a kind any more, until an object of it is put."""
        self._changes += [(plural, old, None) for old in self._objects.pop(plural, {}).values()]

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)

    def logs_there_may_be(self) -> list[LogKey]:
        """Those of the containers of all pods, and one of a pod that is gone."""
        pods = self._objects.get("pods", {}).values()
        found = [(pod.metadata, container.name) for pod in pods for container in pod.spec.containers]
        keys = [LogKey(meta.namespace, meta.name, name, again) for meta, name in found for again in (False, True)]
        return [*keys, LogKey("shop", "gone", "app")]

    def look(self) -> tuple[Snapshot, list[Change]]:
        """The snapshot of now, and the changes that lead to it from the one before."""
        changes, self._changes = self._changes, []
        records = {plural: sorted(found.values(), key=place) for plural, found in self._objects.items()}
        now = Snapshot(
            taken_at=self.at,
            server_version="v1.34.0",
            objects=records,
            gaps=self.gaps,
            logs=dict(self.logs),
            metrics=self.metrics,
        )
        return now, changes


def fill(cluster: Cluster, numbers: Iterable[int]) -> list[Object]:
    """Put all objects of these cases into the cluster, and tell them: later ones take the names of earlier ones."""
    found = [one for number in numbers for one in objects(seen(number))]
    for plural, record in found:
        cluster.put(plural, record)
    return found
