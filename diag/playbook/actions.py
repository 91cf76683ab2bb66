"""The closed list of verbs that a playbook's fix may name, what each needs, and the least risk it has.

A verb says what would be changed; applying it is another room's work. It lives here because a playbook cannot
be checked without it.
"""

import json
import shlex
from collections.abc import Callable
from typing import Any, NamedTuple

from diag.facts.index import Key
from diag.finding import Risk

_Values = dict[str, str]
_INIT = "initContainers"


class Action(NamedTuple):
    """One verb. `kubectl(target, values)` is the exact command, `patch` the change it makes.

    `target` is the object that is changed: the workload at the top of the owners, or the subject itself. `on_pod` says
    whether a pod without an owner can be changed in place.
    """

    meaning: str
    least_risk: Risk
    parameters: tuple[str, ...]
    optional: tuple[str, ...]
    on_workload: bool
    on_pod: bool
    kubectl: Callable[[Key, _Values], str]
    patch: Callable[[Key, _Values], dict[str, Any]]


def _object(target: Key) -> str:
    return shlex.quote(f"{target.kind.lower()}/{target.name}")


def _in(target: Key) -> str:
    return f" -n {shlex.quote(target.namespace)}" if target.namespace else ""


def _template(target: Key, spec: dict[str, Any]) -> dict[str, Any]:
    if target.kind == "Pod":
        return {"spec": spec}
    if target.kind == "CronJob":
        return {"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}}
    return {"spec": {"template": {"spec": spec}}}


def _set_resources(target: Key, values: _Values) -> str:
    if values.get("list") == _INIT:  # `kubectl set resources` does not reach init containers
        patch = json.dumps(_resources_patch(target, values), separators=(",", ":"))
        return f"kubectl patch {_object(target)}{_in(target)} -p {shlex.quote(patch)}"
    container = shlex.quote(values["container"])
    limit = shlex.quote(f"memory={values['memory_limit']}")
    return f"kubectl set resources {_object(target)}{_in(target)} -c {container} --limits={limit}"


def _resources_patch(target: Key, values: _Values) -> dict[str, Any]:
    limits = {"memory": values["memory_limit"]}
    return _container_patch(target, values, {"resources": {"limits": limits}})


def _container_patch(target: Key, values: _Values, change: dict[str, Any]) -> dict[str, Any]:
    return _template(target, {values.get("list", "containers"): [{"name": values["container"], **change}]})


def _set_image(target: Key, values: _Values) -> str:
    pair = shlex.quote(f"{values['container']}={values['image']}")
    return f"kubectl set image {_object(target)}{_in(target)} {pair}"


def _image_patch(target: Key, values: _Values) -> dict[str, Any]:
    return _container_patch(target, values, {"image": values["image"]})


def _size_patch(target: Key, values: _Values) -> dict[str, Any]:
    return {"spec": {"resources": {"requests": {"storage": values["size"]}}}}


ACTIONS: dict[str, Action] = {
    "set_resources": Action(
        "Set the memory limit of a container in its workload's template; its pods are replaced.",
        "disruptive",
        ("container", "memory_limit"),
        ("list",),
        True,
        False,
        _set_resources,
        _resources_patch,
    ),
    "set_image": Action(
        "Set the image of a container in its workload's template; its pods are replaced.",
        "disruptive",
        ("container", "image"),
        ("list",),
        True,
        True,
        _set_image,
        _image_patch,
    ),
    "expand_claim": Action(
        "Ask for a larger volume; it can never shrink again.",
        "reversible",
        ("size",),
        (),
        False,
        False,
        lambda target, values: (
            f"kubectl patch {_object(target)}{_in(target)} --type=merge -p "
            + shlex.quote(json.dumps(_size_patch(target, values), separators=(",", ":")))
        ),
        _size_patch,
    ),
}
