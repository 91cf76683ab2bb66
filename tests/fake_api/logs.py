"""The `log` subresource of pods."""

import json
import re
from collections.abc import Mapping
from typing import Any

from .answers import Answer, Refused, body, status

Logs = Mapping[tuple[str, str, str, bool], bytes]
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_WRITTEN = b"2026-01-01T00:00:00.%09dZ "


def log_answer(logs: Logs, namespace: str, name: str, pod: bytes | None, query: Mapping[str, str]) -> Answer:
    """The log that a query asks for; raises `Refused`: 404 for an unknown pod, 400 for a log that is not there."""
    container = query.get("container") or _only_container(name, pod)
    previous = query.get("previous") in ("true", "1")
    log = logs.get((namespace, name, container, previous))
    if log is None:
        log = _absent(name, pod, container, previous)
    return body(_cut_out(log, query), "text/plain", chunked=True)


def _cut_out(log: bytes, query: Mapping[str, str]) -> bytes:
    lines = _LINE.findall(log)
    if query.get("timestamps") == "true":
        lines = [_WRITTEN % number + line for number, line in enumerate(lines)]
    if "tailLines" in query:
        lines = lines[max(len(lines) - int(query["tailLines"]), 0) :]
    return b"".join(lines)[: int(query["limitBytes"]) if "limitBytes" in query else None]


def _only_container(name: str, pod: bytes | None) -> str:
    names = [container["name"] for container in _known(name, pod).get("spec", {}).get("containers") or []]
    if len(names) != 1:
        message = f"a container name must be specified for pod {name}, choose one of: [{' '.join(names)}]"
        raise Refused(status(400, "BadRequest", message))
    return str(names[0])


def _absent(name: str, pod: bytes | None, container: str, previous: bool) -> bytes:
    """The kubelet's answers when nothing was written: an empty log only for a container that started."""
    states = _known(name, pod).get("status", {}).get("containerStatuses") or []
    waiting = {state["name"]: state.get("state", {}).get("waiting") for state in states}.get(container)
    if previous:
        message = f'previous terminated container "{container}" in pod "{name}" not found'
        raise Refused(status(400, "BadRequest", message))
    if waiting:
        reason = waiting.get("reason", "")
        message = f'container "{container}" in pod "{name}" is waiting to start: {reason}'
        raise Refused(status(400, "BadRequest", message))
    return b""


def _known(name: str, pod: bytes | None) -> Any:
    if pod is None:
        details = {"name": name, "kind": "pods"}
        raise Refused(status(404, "NotFound", f'pods "{name}" not found', details=details))
    return json.loads(pod)
