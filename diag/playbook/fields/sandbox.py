"""Fields of `pod` about its sandbox and network."""

import re
from collections.abc import Callable
from typing import Any

from diag.facts import pull_answers, sandboxes
from diag.facts.index import Index
from diag.facts.sandboxes import Failure
from diag.model.pods import Pod
from diag.playbook.fields.field import Field, Type

_Get = Callable[[Index, Pod, Failure], Any]
_BINARY = re.compile(r'failed to find plugin "([^"]+)"|fork/exec (\S+?):')
_IMAGE = re.compile(r'image "([^"]+)"|(?:source docker://|registry )(\S*pause[^\s:]*:[\w.-]+)')
_HANDLER = re.compile(
    r'no runtime for "([^"]+)"|runtime handler "?([\w.-]+)"? (?:from|not)'
    r'|RuntimeHandler "([^"]+)"|RuntimeClass\S* "([^"]+)"'
)
_POOL = re.compile(r"range set: ([\d.:a-fA-F-]+)|in network: (\S+)|subnet (subnet-\w+)|in range: (.{1,80})")


def _field(type_: Type, meaning: str, get: _Get, needs: tuple[str, ...] = ()) -> Field:
    """A field that has a value only while the pod's sandbox cannot be made."""

    def value(index: Index, pod: Pod) -> Any:
        found = sandboxes.failure(index, pod)
        return get(index, pod, found) if found is not None else None

    return Field(type_, meaning, value, needs)


def _network(type_: Type, meaning: str, get: Callable[[Index, Failure], Any], needs: tuple[str, ...] = ()) -> Field:
    """A field that has a value only while the pod waits for its node's network."""

    def value(index: Index, pod: Pod) -> Any:
        found = sandboxes.network_error(index, pod)
        return get(index, found) if found is not None else None

    return Field(type_, meaning, value, needs)


def _first(expression: re.Pattern[str]) -> _Get:
    def get(index: Index, pod: Pod, failed: Failure) -> str | None:
        found = expression.search(failed.error)
        return next((group for group in found.groups() if group), None) if found else None

    return get


def _image_answer(index: Index, pod: Pod, failed: Failure) -> str | None:
    image = _first(_IMAGE)(index, pod, failed)
    return pull_answers.classify(failed.error, image) if image else None


def _place(index: Index, pod: Pod, failed: Failure) -> str | None:
    """What failing pods have in common: the agent of their node that is not ready; else the node or the network."""
    agent = sandboxes.failing_agent(index, pod.node_name)
    if agent is not None:
        return f"{agent.kind} {agent.namespace}/{agent.name}"
    if sandboxes.reach(index, pod, failed.answer).nodes > 1:
        return f"Network {sandboxes.plugin(failed.error) or 'of pods'}"
    return f"Node {pod.node_name}" if pod.node_name else None


def _reach(index: Index, pod: Pod, failed: Failure) -> str:
    found = sandboxes.reach(index, pod, failed.answer)
    if found.nodes > 1:
        return f"pods on {found.nodes} nodes fail like this"
    return (
        f"{found.pods_here} pods fail like this, all on this node" if found.pods_here > 1 else "one pod fails like this"
    )


def _handler_object(index: Index, pod: Pod, failed: Failure) -> str | None:
    name = pod.spec.runtime_class_name or _first(_HANDLER)(index, pod, failed)
    return f"RuntimeClass {name}" if name else None


def _agent(index: Index, pod: Pod) -> str | None:
    found = sandboxes.agent(index, pod.node_name)
    return f"{found.metadata.namespace}/{found.metadata.name}" if found is not None else None


def _agent_state(index: Index, pod: Pod) -> str | None:
    found = sandboxes.agent(index, pod.node_name)
    return sandboxes.agent_state(found) if found is not None else None


FIELDS: dict[str, Field] = {
    "sandbox.answer": _field(
        "text", f"Why its sandbox cannot be made: {', '.join(sandboxes.NAMES)}.", lambda i, p, f: f.answer, ("events",)
    ),
    "sandbox.error": _field("text", "What making its sandbox fails with.", lambda i, p, f: f.error),
    "sandbox.age": _field("duration", "Time since that is first known to have failed.", lambda i, p, f: i.age(f.since)),
    "sandbox.failures": _field("number", "How often events tell of it.", lambda i, p, f: f.failures),
    "sandbox.plugin": _field("text", "Network plugin that fails.", lambda i, p, f: sandboxes.plugin(f.error)),
    "sandbox.binary": _field("text", "Program of a network plugin that the node does not have.", _first(_BINARY)),
    "sandbox.pool": _field("text", "Addresses that are used up, as far as they are named.", _first(_POOL)),
    "sandbox.image": _field("text", "Image of the sandbox.", _first(_IMAGE)),
    "sandbox.image_answer": _field(
        "text", "What the pull of that image fails with, as in `pull.answer`.", _image_answer
    ),
    "sandbox.handler": _field("text", "Runtime handler that the node does not have.", _first(_HANDLER)),
    "sandbox.runtime_class": _field("text", "The pod's runtime class, as `RuntimeClass name`.", _handler_object),
    "sandbox.reach": _field("text", "How many pods fail like this, and where.", _reach),
    "sandbox.place": _field(
        "text", "What is at fault: the agent (`DaemonSet namespace/name`), the node, or the network.", _place
    ),
    "network.error": _network("text", "Why the network of its node is not ready.", lambda i, f: f.error, ("events",)),
    "network.age": _network("duration", "Time since that was first told.", lambda i, f: i.age(f.since)),
    "network.failures": _network("number", "How often events tell of it.", lambda i, f: f.failures),
    "network.agent": Field("text", "Pod that wires the pods of its node, as namespace/name.", _agent),
    "network.agent_state": Field("text", "Whether that pod is ready, and what keeps it from it.", _agent_state),
}
