"""Fields of `api_service`."""

from diag.facts import rollouts
from diag.facts.index import Index
from diag.model.access import APIService
from diag.model.meta import Condition
from diag.playbook.fields.field import Field


def _available(found: APIService) -> Condition | None:
    return rollouts.condition(found, "Available")


def _part(index: Index, found: APIService, name: str) -> str | None:
    condition = _available(found)
    return getattr(condition, name) or None if condition is not None else None


def _age(index: Index, found: APIService) -> float | None:
    condition = _available(found)
    return index.age(condition.last_transition_time) if condition is not None else None


def _service(index: Index, found: APIService) -> str | None:
    ref = found.spec.service
    return f"{ref.namespace}/{ref.name}" if ref is not None else None


FIELDS: dict[str, Field] = {
    "name": Field("text", "Name of the API service: version and group.", lambda i, o: o.metadata.name),
    "object": Field("text", "The API service as `APIService name`.", lambda i, o: f"APIService {o.metadata.name}"),
    "available": Field("text", "Its Available condition: True or False.", lambda i, o: _part(i, o, "status")),
    "available.reason": Field("text", "Reason of that condition.", lambda i, o: _part(i, o, "reason")),
    "available.message": Field("text", "Message of that condition.", lambda i, o: _part(i, o, "message")),
    "available.age": Field("duration", "Time since that changed.", _age),
    "service": Field("text", "Service that serves it, as namespace/name.", _service),
    "group": Field("text", "Group of the API.", lambda i, o: o.spec.group or None),
}
