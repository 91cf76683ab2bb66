"""How a recording lies in its directory: which file holds what, and what its description says."""

import re
from pathlib import Path

import msgspec

from diag.model.meta import Time
from diag.model.snapshot import Gap, LogKey, Scope

SCHEMA = "mondiag.recording/v1"
DESCRIPTION = "recording.json"
OBJECTS = "objects"
LOGS = "logs"
METRICS = "metrics"
_PREVIOUS = ".previous"
# RFC 1123: namespaces and containers are named by labels, pods by subdomains. No other name becomes a path.
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


class Description(msgspec.Struct):
    """`recording.json`: when and of what the recording is, what could not be read, and what was withheld."""

    schema: str = ""
    taken_at: Time | None = None
    context: str = ""
    server_version: str = ""
    scope: Scope = Scope()
    gaps: tuple[Gap, ...] = ()
    withheld: tuple[str, ...] = ()


def is_recording(place: Path) -> bool:
    """Whether the directory holds a recording of ours. Raises OSError when it cannot be read."""
    try:
        return msgspec.json.decode((place / DESCRIPTION).read_bytes(), type=Description).schema == SCHEMA
    except (FileNotFoundError, ValueError, RecursionError):
        return False


def log_file(key: LogKey) -> Path | None:
    """Where in a recording a log lies; None for names that Kubernetes does not allow, which could lead out of it."""
    named = _LABEL.fullmatch(key.namespace) and _SUBDOMAIN.fullmatch(key.pod) and _LABEL.fullmatch(key.container)
    if not named:
        return None
    return Path(LOGS, key.namespace, key.pod, f"{key.container}{_PREVIOUS if key.previous else ''}.log")


def log_key(file: Path) -> LogKey | None:
    """Which log a file of a recording holds; None when it is named like none."""
    namespace, pod = file.parts[-3:-1]
    key = LogKey(namespace, pod, file.stem.removesuffix(_PREVIOUS), file.stem.endswith(_PREVIOUS))
    return key if log_file(key) else None
