"""Small changes of raw objects, so that a near miss is written as its difference from a hit."""

import re
from typing import Any

from diag.model.near import hint

Object = dict[str, Any]
_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\]]+)\]")


def object_name(item: Object) -> tuple[str, str, str]:
    """Kind, namespace and name of a raw object."""
    meta = item.get("metadata") or {}
    return str(item.get("kind")), str(meta.get("namespace") or ""), str(meta.get("name"))


def change(objects: list[Object], place: str, value: Any) -> None:
    """Set what a place names, or take it away when the value is None. Raises ValueError when there is no such place."""
    name, _, path = place.partition(" ")
    kind, _, rest = name.partition("/")
    namespace, _, own = rest.rpartition("/")
    found = [o for o in objects if object_name(o)[::2] == (kind, own) and namespace in ("", object_name(o)[1])]
    if len(found) != 1:
        known = [f"{k}/{n}" for k, _, n in map(object_name, objects)]
        raise ValueError(f"{len(found)} objects are named {name}{hint(name, known)}")
    steps = [plain or bracketed for plain, bracketed in _STEP.findall(path)]
    if steps:
        _put(found[0], steps, value)
        return
    objects.remove(found[0])
    if value is not None:
        objects.append(value)


def _put(parent: Any, steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        key = _key(parent, step)
        if isinstance(parent, dict) and key not in parent:
            parent[key] = {}
        parent = parent[key]
    last = _key(parent, steps[-1])
    if value is not None:
        parent[last] = value
    elif isinstance(parent, list) or last in parent:
        del parent[last]
    else:
        raise ValueError(f"there is no '{steps[-1]}' to take away")


def _key(parent: Any, step: str) -> Any:
    """The key of a mapping, or the index of the entry of a list that a step means."""
    if isinstance(parent, dict):
        return step
    if not isinstance(parent, list):
        raise ValueError(f"nothing can be inside of {parent!r}, such as '{step}'")
    if step.isdecimal() and int(step) < len(parent):
        return int(step)
    for i, item in enumerate(parent):
        if isinstance(item, dict) and step in (item.get("name"), item.get("type")):
            return i
    raise ValueError(f"the list has no entry '{step}'")
