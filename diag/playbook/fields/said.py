"""Fields of `event` and `log`."""

from diag.facts.index import Index
from diag.model.cluster import Event
from diag.playbook.fields.field import Field
from diag.playbook.fields.relations import LogLine


def _lasting(index: Index, event: Event) -> float | None:
    return (event.last - event.first).total_seconds() if event.last and event.first else None


def _says(index: Index, line: LogLine) -> str | None:
    return line.complaint.kind if line.complaint else None


def _about(index: Index, line: LogLine) -> str | None:
    return line.complaint.about or None if line.complaint else None


EVENT: dict[str, Field] = {
    "reason": Field("text", "Reason of the event.", lambda i, e: e.reason or None),
    "message": Field("text", "Message of the event.", lambda i, e: e.message or None),
    "type": Field("text", "Normal or Warning; many failures are Normal.", lambda i, e: e.type or None),
    "source": Field("text", "Component that wrote it.", lambda i, e: e.source or None),
    "count": Field("number", "How often it was seen, at least.", lambda i, e: e.count),
    "age": Field("duration", "Time since it was last seen.", lambda i, e: i.age(e.last)),
    "lasting": Field("duration", "Time between its first and its newest occurrence.", _lasting),
}

LOG: dict[str, Field] = {
    "line": Field(
        "text", "One line of the container's log, of its last run where it has ended.", lambda i, line: line.text
    ),
    "previous": Field(
        "bool", "Whether it is the log of the run before the present one.", lambda i, line: line.key.previous
    ),
    "says": Field(
        "text",
        "What the line gives as reason, where it is the one that tells why the container ended: connection-refused….",
        _says,
    ),
    "about": Field("text", "Whom or what that line names: host:port, path, user, flag….", _about),
}
