"""One whole object as YAML, from a cluster or from a recording: cleaned, and without what looks like a credential."""

import json
from typing import Any
from urllib.parse import quote

import msgspec
import yaml

from diag.errors import AnswerError, RecordingError
from diag.kube.deadline import Deadline
from diag.kube.session import JSON, Session
from diag.model.kinds import Kind
from diag.model.text import clean_json
from diag.sources.gather import gather
from diag.sources.redact import Redactor

SECONDS = 15.0
_METADATA = f"{JSON};as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
_WIDTH = 4096  # text is wrapped where it is shown, not in the YAML


def read_document(session: Session, kind: Kind, namespace: str, name: str) -> str:
    """The object as the cluster has it now, of a `metadata_only` kind its metadata. Raises ClusterError."""
    path = f"{kind.path(namespace or None)}/{quote(name, safe='')}"
    accept = _METADATA if kind.metadata_only else JSON
    text = clean_json(session.get(path, deadline=Deadline(SECONDS), accept=accept))
    try:
        return _yaml(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"{session.where} sent no object for {kind.kind} {name}") from error


def recorded_document(path: str, kind: Kind, namespace: str, name: str) -> str:
    """The object as it was recorded. Raises RecordingError when it is not in there."""
    for item in gather(path).items.get(kind.plural, []):
        value = _decoded(clean_json(bytes(item)))
        meta = value.get("metadata") if isinstance(value, dict) else None
        if isinstance(meta, dict) and (meta.get("namespace") or "", meta.get("name")) == (namespace, name):
            return _yaml(value)
    raise RecordingError(f"the recording has no {kind.kind} {name}")


def _decoded(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _yaml(value: Any) -> str:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(
        msgspec.to_builtins(Redactor().object(value)),
        Dumper=dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=_WIDTH,
    )
    return text
