"""Fields of `workload` that say why the API refuses what it should create."""

from collections.abc import Callable
from typing import Any

from diag.facts import creation, quotas
from diag.facts.creation_answers import ANSWERS, Refusal, rules
from diag.facts.index import Index, Key
from diag.playbook.fields.field import Field, Type

_NAMES = ", ".join((*(name for name, _ in ANSWERS), "not-deleted"))
_NEEDS = ("events", "replicasets")


def _field(type_: Type, meaning: str, get: Callable[[Index, Key, Refusal], Any], *needs: str) -> Field:
    def of(index: Index, key: Key) -> Any:
        found = creation.refusal(index, key)
        return get(index, key, found) if found is not None else None

    return Field(type_, meaning, of, (*_NEEDS, *needs))


FIELDS: dict[str, Field] = {
    "refused": _field("text", f"Why what it should create is refused: {_NAMES} or other.", lambda i, w, r: r.answer),
    "refused.error": _field(
        "text", "The API's words; absent where the reason was worked out because no event tells it any more.",
        lambda i, w, r: r.error or None,
    ),
    "refused.age": _field("duration", "Time since it is refused, where that is known.", lambda i, w, r: i.age(r.since)),
    "refused.name": _field(
        "text", "Name of what refuses or is missing: quota, account, webhook, class.", lambda i, w, r: r.name or None
    ),
    "refused.detail": _field("text", "What is said of it.", lambda i, w, r: r.detail or None),
    "refused.object": _field(
        "text",
        "The same as `Kind namespace/name` or `Kind name`.",
        lambda i, w, r: creation.at_fault(w, r),
    ),
    "refused.amounts": _field(
        "text",
        "What was asked for against what is used and allowed.",
        lambda i, w, r: quotas.comparison(r.requested, r.used, r.hard),
    ),
    "refused.rules": _field(
        "texts", "Rules of Pod Security that its pods break.", lambda i, w, r: rules(r) or None
    ),
    "refused.made_good": _field(
        "bool",
        "Whether the account that was missing is there by now.",
        lambda i, w, r: creation.made_good(i, w, r),
        "serviceaccounts",
    ),
    "refused.nearest_account": _field(
        "text",
        "Service account of the namespace that is spelt like the missing one.",
        lambda i, w, r: creation.nearest_account(i, w, r),
        "serviceaccounts",
    ),
}  # fmt: skip
