"""The fixes of a cause, rendered: what would be changed, on which object, and who would object."""

import msgspec

from diag.facts.index import Index, Key
from diag.facts.owners import manager
from diag.finding import Fix
from diag.model.kinds import BY_KIND
from diag.playbook.actions import ACTIONS, Action
from diag.playbook.format import FixSpec
from diag.playbook.render import Renderer

# Kinds whose pod template can be changed in place; that of a Job cannot, nor most of a pod's spec.
_CHANGEABLE = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob", "ReplicationController"})


def render_fix(index: Index, spec: FixSpec, render: Renderer, subject: Key, workload: Key | None) -> Fix | None:
    """The fix with its placeholders filled; None for an action that lacks a value, and so cannot be named exactly."""
    if not spec.do:
        command = render.command(spec.command) if spec.command else None
        return Fix(spec.id, render.line(spec.title), spec.risk, "manual", render.text(spec.manual), command)
    action = ACTIONS[spec.do]
    values = {
        name: render.value(text[1:-1]) if _is_placeholder(text) else render.text(text)
        for name, text in spec.parameters.items()
    }
    if any(values.get(name) is None for name in action.parameters):
        return None
    given = {name: value for name, value in values.items() if value is not None}
    target = (workload or subject) if action.on_workload else subject
    fix = Fix(spec.id, render.line(spec.title), spec.risk, "action", action.meaning)
    return _on(index, fix, action, target, given)


def _is_placeholder(text: str) -> bool:
    return text.startswith("{") and text.endswith("}") and text.count("{") == 1


def _on(index: Index, fix: Fix, action: Action, target: Key, values: dict[str, str]) -> Fix:
    if action.on_workload and target.kind not in _CHANGEABLE and not (action.on_pod and target.kind == "Pod"):
        return msgspec.structs.replace(fix, blocked=_unchangeable(target), owner=None)
    owner = manager(index, target)
    return msgspec.structs.replace(
        fix,
        kubectl=action.kubectl(target, values),
        patch=action.patch(target, values),
        owner=owner,
        blocked=f"{owner} writes this object and would undo the change: make it there" if owner else None,
    )


def _unchangeable(target: Key) -> str:
    if target.kind in BY_KIND:
        return f"a {target.kind} that is made does not take this change: change its manifest and make it anew"
    return f"the {target.kind} {target.name} writes the pods: make the change there"
