"""Which object the user means, in the names that kubectl takes."""

from typing import NamedTuple

from diag.errors import UsageError
from diag.model.kinds import BY_PLURAL, KINDS, SHORT_NAMES, Kind


class Target(NamedTuple):
    """The object that was named; `namespace` is empty when it was not said."""

    kind: Kind
    namespace: str
    name: str


def parse_target(text: str) -> Target:
    """The object in `kind/name`, `namespace/kind/name` or a pod's bare `name`. Raises UsageError."""
    parts = text.split("/")
    if not all(parts) or len(parts) > 3:
        raise UsageError(f"{text!r} does not name an object: write it like pod/web-1 or shop/deploy/web")
    kind = parse_kind(parts[-2]) if len(parts) > 1 else parse_kind("pod")
    if len(parts) == 3 and not kind.namespaced:
        raise UsageError(f"{text!r}: a {kind.kind} is in no namespace: write {parts[1]}/{parts[2]}")
    return Target(kind, parts[0] if len(parts) == 3 else "", parts[-1])


def parse_kind(text: str) -> Kind:
    """The kind that kubectl would take the text for: plural, singular, short name, or with its group."""
    name = text.lower()
    for kind in KINDS:
        if name in (kind.plural, kind.kind.lower(), kind.resource, f"{kind.kind.lower()}.{kind.group}"):
            return kind
    if name in SHORT_NAMES:
        return BY_PLURAL[SHORT_NAMES[name]]
    known = ", ".join(sorted(kind.kind.lower() for kind in KINDS))
    raise UsageError(f"{text!r} is not a kind that mondiag reads; it reads {known}")
