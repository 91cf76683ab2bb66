"""A scan that goes on: after each change only that is judged again which the change may concern."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from diag.facts.groups import place
from diag.facts.index import Key
from diag.facts.tracked import Change, TrackedIndex
from diag.finding import Finding, Report, Severity
from diag.model.pods import Pod
from diag.model.snapshot import LogKey, Snapshot
from diag.playbook.format import Playbook
from diag.scan import logs_for, report
from diag.scan.candidates import Picker, PodPicker, pickers, possible
from diag.scan.concern import marks
from diag.scan.verdict import Verdict, verdict

# What was judged from more than this is judged again each time, which costs less than to remember what it was.
_MOST = 500

_Where = tuple[str, str, str, str]


class _Judged(NamedTuple):
    """The verdicts on one object that tell something, and the marks of what they were drawn from."""

    marks: Sequence[int] | None
    verdicts: tuple[Verdict, ...]

    def stands(self, changed: set[int]) -> bool:
        """Whether nothing has changed that it was drawn from."""
        return self.marks is not None and changed.isdisjoint(self.marks)


class LiveScan:
    """The report on one snapshot after the other, the same that `scan` would give. It belongs to one thread.

    `pause` is called every now and then, and may take a moment.
    """

    def __init__(self, playbooks: Sequence[Playbook], pause: Callable[[], None] = lambda: None) -> None:
        self._playbooks = tuple(playbooks)
        self._pause = pause
        self._index: TrackedIndex | None = None
        self._pickers: dict[tuple[str, str], Picker] = {}
        self._judged: dict[_Where, _Judged] = {}

    def scan(self, snapshot: Snapshot, changes: Sequence[Change] | None = None) -> Report:
        """The report on a snapshot.

        `changes` lead to it from the one before, in their order; None where anything may have changed. It must hold
        the very records of the changes, each kind sorted by namespace and name, and no name twice.
        """
        index, self._index = self._index, None  # should this fail, the next scan begins anew
        if index is None or changes is None or not index.fits(snapshot):
            index = self._begin(snapshot)
        else:
            self._go_on(index, snapshot, changes)
        self._index = index
        return report(index, self._playbooks, self._telling())

    @property
    def index(self) -> TrackedIndex | None:
        """The index of the last snapshot, None before there was one. Whoever uses it must not scan meanwhile."""
        return self._index

    def wanted_logs(self, limit: int) -> tuple[LogKey, ...]:
        """The logs that would decide something in the last snapshot, as `scan.wanted_logs` tells."""
        return logs_for(self._telling(), limit) if self._index is not None else ()

    def marks(self, findings: Iterable[Finding]) -> dict[Key, Severity]:
        """The worst severity of these findings for each object of the last snapshot that they concern."""
        return marks(self._index, findings) if self._index is not None else {}

    def pod(self, namespace: str, name: str) -> Pod | None:
        """A pod of the last snapshot."""
        return self._index.pod(namespace, name) if self._index is not None else None

    def _telling(self) -> Iterator[Verdict]:
        for judged in self._judged.values():
            yield from judged.verdicts

    def _begin(self, snapshot: Snapshot) -> TrackedIndex:
        index = TrackedIndex(snapshot, self._pause)
        self._judged.clear()
        self._pick(index)
        for picker in self._pickers.values():
            for found in snapshot.all(picker.plural):
                self._judge(index, picker, found)
        return index

    def _pick(self, index: TrackedIndex) -> None:
        self._pickers = {(one.kind, one.plural): one for one in pickers(index, self._playbooks)}

    def _go_on(self, index: TrackedIndex, snapshot: Snapshot, changes: Sequence[Change]) -> None:
        changed = index.update(snapshot, changes)
        for one in self._telling():
            one.facts.forget()
        before = self._pickers
        self._pick(index)
        doubtful = {where for where, one in self._judged.items() if not one.stands(changed)}
        doubtful.update(self._of_changes(changes), self._called_since(before))
        for kind, plural, namespace, name in doubtful:
            found = index.get(plural, namespace, name)
            if found is None:
                self._judged.pop((kind, plural, namespace, name), None)
            else:
                self._judge(index, self._pickers[kind, plural], found)

    def _of_changes(self, changes: Sequence[Change]) -> Iterator[_Where]:
        for changed, old, new in changes:
            for kind, plural in self._pickers:
                if plural == changed:
                    yield kind, plural, *place(old if new is None else new)

    def _called_since(self, before: dict[tuple[str, str], Picker]) -> Iterator[_Where]:
        """The pods that other playbooks are called for than before."""
        for key, picker in self._pickers.items():
            earlier = before[key]
            if isinstance(picker, PodPicker) and isinstance(earlier, PodPicker):
                for pod in picker.called.keys() | earlier.called.keys():
                    if picker.called.get(pod) != earlier.called.get(pod):
                        yield *key, *pod

    def _judge(self, index: TrackedIndex, picker: Picker, found: Any) -> None:
        where = (picker.kind, picker.plural, *place(found))
        chosen = picker.entries(found)
        if not chosen:
            self._judged.pop(where, None)
            return
        with index.reading() as marks:
            all_verdicts = [
                verdict(facts, playbook)
                for facts, playbooks in possible(index, picker, found, chosen)
                for playbook in playbooks
            ]
            telling = tuple(one for one in all_verdicts if one.cause is not None or one.logs)
            for one in telling:
                one.facts.workload  # noqa: B018 - asked for here, so that what it was told from is noted
        self._judged[where] = _Judged(array("q", marks) if len(marks) <= _MOST else None, telling)
