"""Tests beside the rules: raw Kubernetes objects, and what a playbook must find in them.

`oom-killed.test.yaml` stands beside `oom-killed.yaml`:

    playbook: oom-killed
    at: "2026-01-10T12:00:00Z"        # the clock of all cases; a case may have its own
    cases:
      - name: killed at its limit, in back-off
        objects: [...]                # as `kubectl get -o yaml` prints them; a List counts as its items
        logs: {shop/web-1/app: "text", shop/web-1/app (previous): "text"}
        metrics: [{name: memory_ratio, namespace: shop, pod: web-1, container: app, value: 0.97}]
        unseen: [storageclasses]      # kinds that could not be read
        server_version: v1.34.1       # of the API server; not known unless given
        expect:                       # one finding of this playbook, or a list of them; only `cause` is needed
          cause: oom-container-limit
          severity: high
          subject: shop/web-1/app     # namespace/name, with the container; the name alone outside of namespaces
          members: 2                  # how many subjects the finding has
          text: ["its limit of 128Mi"]            # parts of title, meaning, impact or a fix
          fixes: [raise-memory-limit]             # ids of all fixes, in order
          kubectl: "kubectl set resources …"      # of the first action, exactly
          patch: {...}                            # of the first action, exactly
          undecided: [oom-node-system]            # causes that could not be judged
          symptoms: [crash-loop]                  # playbooks whose findings are folded under this one
      - name: runs again
        based_on: killed at its limit, in back-off
        change:                       # null takes away; a list is entered by index, or by an entry's name or type
          Pod/web-1 status.containerStatuses[app].ready: true
          Pod/web-1 metadata.labels[app.kubernetes.io/name]: null
          Event/web-1.a1: null
        expect: none                  # a near miss: this playbook finds nothing, others may

A kind of which a case has no object counts as read, with none there, but for those in `unseen`. Logs that are not given
were not read. Without `metrics` none were asked for; with it, all were, and only these have a value.
`expect: unseen` wants no finding, and a gap that names the playbook as not evaluated.
A case `based_on` an earlier one has all that it has: `objects` and `logs` add to those (an object of the same kind and
name takes the other's place), any other key takes the place of the earlier one's. Anchors, aliases and `<<` are fine.
"""

import copy
import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from diag.finding import Severity
from diag.model.decode import Decoder
from diag.model.kinds import BY_KIND, BY_PLURAL, KINDS
from diag.model.meta import Time
from diag.model.near import hint
from diag.model.snapshot import Gap, LogKey, Metrics, Sample, Snapshot
from diag.model.text import clean_json, clean_text
from diag.playbook.change import Object, change, object_name
from diag.playbook.fields import FIELDS
from diag.playbook.source import Path_, Source, read
from diag.playbook.wording import plain

_PREVIOUS = " (previous)"
_PLACE = re.compile(r" - at `\$(.*)`$")


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one finding of a case must be like; what is None is not looked at."""

    cause: str
    severity: Severity | None = None
    subject: str | None = None
    members: int | None = None
    text: tuple[str, ...] = ()
    fixes: tuple[str, ...] | None = None
    kubectl: str | None = None
    patch: dict[str, Any] | None = None
    undecided: tuple[str, ...] | None = None
    symptoms: tuple[str, ...] | None = None


class Case(msgspec.Struct, frozen=True):
    """One case. `outcome` is `hit` with the findings that are expected, or `none` or `unseen` with none.

    `metrics` is None where none were asked for.
    """

    playbook: str
    name: str
    file: str
    line: int
    at: datetime
    outcome: Literal["hit", "none", "unseen"]
    findings: tuple[Expected, ...]
    objects: tuple[Object, ...]
    logs: dict[LogKey, str]
    metrics: tuple[Sample, ...] | None
    unseen: tuple[str, ...]
    server_version: str = ""


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as it is written."""

    name: str
    expect: dict[str, Any] | list[dict[str, Any]] | Literal["none", "unseen"]
    at: Time | None = None
    objects: list[Object] = []
    logs: dict[str, str] = {}
    metrics: list[Sample] | None = None
    unseen: list[str] = []
    server_version: str = ""
    based_on: str = ""
    change: dict[str, Any] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    playbook: str
    at: Time
    cases: list[Any]


def read_cases(file: Path, shown: str, faults: list[str]) -> list[Case]:
    """The cases of a test file; what is wrong with it is added to `faults`, as `file:line: …`."""
    source = read(file, shown, aliases=True)
    faults += source.faults
    if source.faults:
        return []
    head = _convert(source, (), source.value, _File, faults)
    return _Reader(source, head, faults).cases() if head else []


class _Reader:
    """Reads the cases of one file, each perhaps based on one before it."""

    def __init__(self, source: Source, head: _File, faults: list[str]) -> None:
        self._source = source
        self._head = head
        self._faults = faults
        self._cases: dict[str, Case] = {}

    def cases(self) -> list[Case]:
        for i, value in enumerate(self._head.cases):
            path: Path_ = ("cases", i)
            written = _convert(self._source, path, value, _Written, self._faults)
            if written is None:
                continue
            if written.name in self._cases:
                self._fault((*path, "name"), f"there is a case '{written.name}' before")
                continue
            base = self._cases.get(written.based_on)
            if written.based_on and base is None:
                self._fault(
                    (*path, "based_on"),
                    f"no case before is named '{written.based_on}'{hint(written.based_on, self._cases)}",
                )
                continue
            self._cases[written.name] = self._case(written, value, base, path)
        return list(self._cases.values())

    def _case(self, written: _Written, value: Object, base: Case | None, path: Path_) -> Case:
        outcome: Literal["hit", "none", "unseen"] = "hit" if not isinstance(written.expect, str) else written.expect
        metrics = base.metrics if base and "metrics" not in value else written.metrics
        return Case(
            playbook=self._head.playbook,
            name=written.name,
            file=self._source.file,
            line=self._source.lines.get(path, 1),
            at=written.at or (base.at if base else self._head.at),
            outcome=outcome,
            findings=tuple(self._expected(written.expect, (*path, "expect"))),
            objects=tuple(self._objects(written, base, path)),
            logs={**(base.logs if base else {}), **self._logs(written.logs, (*path, "logs"))},
            metrics=self._metrics(metrics, (*path, "metrics")),
            server_version=written.server_version or (base.server_version if base else ""),
            unseen=self._unseen(base.unseen if base and "unseen" not in value else written.unseen, (*path, "unseen")),
        )

    def _expected(self, expect: Any, path: Path_) -> Iterable[Expected]:
        if isinstance(expect, str):
            return
        if not expect:
            self._fault(path, "expects nothing: say 'none'")
        for i, item in enumerate(expect if isinstance(expect, list) else [expect]):
            place = (*path, i) if isinstance(expect, list) else path
            found = _convert(self._source, place, item, Expected, self._faults)
            if found is not None:
                yield found

    def _objects(self, written: _Written, base: Case | None, path: Path_) -> list[Object]:
        objects: list[Object] = copy.deepcopy(list(base.objects)) if base else []
        for i, item in enumerate(written.objects):
            for one in item.get("items") or [] if str(item.get("kind", "")).endswith("List") else [item]:
                if self._is_object(one, (*path, "objects", i)):
                    objects = [other for other in objects if object_name(other) != object_name(one)]
                    objects.append(copy.deepcopy(one))
        for place, value in written.change.items():
            try:
                change(objects, place, copy.deepcopy(value))
            except ValueError as error:
                self._fault((*path, "change", place), str(error))
        return objects

    def _is_object(self, one: Any, path: Path_) -> bool:
        kind, meta = (one.get("kind"), one.get("metadata")) if isinstance(one, dict) else (one, None)
        if kind not in BY_KIND:
            self._fault(path, f"{kind!r} is not a kind that is read{hint(str(kind), BY_KIND)}")
        elif not isinstance(meta, dict) or not isinstance(meta.get("name"), str):
            self._fault(path, f"a {kind} needs a name in its metadata")
        else:
            return True
        return False

    def _logs(self, logs: dict[str, str], path: Path_) -> dict[LogKey, str]:
        found = {}
        for name, text in logs.items():
            parts = name.removesuffix(_PREVIOUS).split("/")
            if len(parts) != 3:
                self._fault((*path, name), "a log is named namespace/pod/container, perhaps with ' (previous)'")
                continue
            found[LogKey(parts[0], parts[1], parts[2], name.endswith(_PREVIOUS))] = clean_text(text)
        return found

    def _metrics(self, samples: Iterable[Sample] | None, path: Path_) -> tuple[Sample, ...] | None:
        for sample in samples or ():
            if sample.name not in FIELDS["metric"]:
                self._fault(path, f"there is no metric '{sample.name}'{hint(sample.name, FIELDS['metric'])}")
        return None if samples is None else tuple(samples)

    def _unseen(self, plurals: Iterable[str], path: Path_) -> tuple[str, ...]:
        for plural in plurals:
            if plural not in BY_PLURAL:
                self._fault(path, f"'{plural}' is not a kind that is read{hint(plural, BY_PLURAL)}")
        return tuple(plural for plural in plurals if plural in BY_PLURAL)

    def _fault(self, path: Path_, text: str) -> None:
        self._faults.append(self._source.fault(path, text))


def _convert(source: Source, path: Path_, value: object, wanted: Any, faults: list[str]) -> Any:
    """The value as a struct, or None and a fault at the line that the decoder complains about."""
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        place = _PLACE.search(str(error))
        inner = tuple(int(i) if i.isdecimal() else i for i in re.findall(r"\w+", place[1])) if place else ()
        key = str((*path, *inner)[-1]) if (*path, *inner) else ""
        faults.append(source.fault((*path, *inner), plain(_PLACE.sub("", str(error)), key, wanted)))
        return None


def snapshot(case: Case) -> Snapshot:
    """What a scan sees of a case. Raises ValueError naming the objects that make no sense to the decoder."""
    decoder = Decoder()
    by_plural: dict[str, list[Object]] = {kind.plural: [] for kind in KINDS if kind.plural not in case.unseen}
    for item in case.objects:
        by_plural.get(BY_KIND[item["kind"]].plural, []).append(item)
    objects = {
        plural: sorted(decoder.decode(plural, clean_json(json.dumps(items).encode())), key=_place)
        for plural, items in by_plural.items()
    }
    if decoder.faults:
        raise ValueError("; ".join(decoder.faults))
    asked = [Metrics("case", tuple(FIELDS["metric"]), case.metrics)] if case.metrics is not None else []
    return Snapshot(
        taken_at=case.at,
        source="case",
        server_version=case.server_version,
        objects=objects,
        gaps=tuple(Gap(BY_PLURAL[plural].resource, "", "forbidden") for plural in case.unseen),
        logs=case.logs,
        metrics=tuple(asked),
    )


def _place(record: Any) -> tuple[str, str]:
    return record.metadata.namespace, record.metadata.name
