"""How a container stands that ended without being asked to: whether it ends again and again, and what it said."""

from datetime import datetime
from typing import Literal

from diag.facts.complaints import Complaint, last_line, telling
from diag.facts.containers import PodContainer, container_events, ended_ago, recovered, run_length, running_for
from diag.facts.index import Index
from diag.facts.owners import owned, pod_workload, pods_of
from diag.facts.rollouts import has_ended, revision
from diag.model.cluster import Event
from diag.model.containers import Terminated
from diag.model.pods import Pod
from diag.model.snapshot import LogKey

Standing = Literal["loop", "failed", "restarted"]
# An end older than this, in seconds, is history, and so is one that the container has run this long before.
_RECENT = 3600.0
# The back-off between restarts is forgotten after a run this long (kubelet, flowcontrol.Backoff).
_LONG_RUN = 600.0
# So many restarts may come of waiting for something else when a program is new.
_FIRST_RESTARTS = 3
_SETTLED = 60.0
# A container that restarts less often than this, in seconds, has its restarts from other times.
_SELDOM = 86400.0
# What the kubelet says again and again while a container waits for its next start (kubelet, BackOffStartContainer), and
# at least so often, in seconds on average (client-go, EventSourceObjectSpamFilter: one in five minutes).
_HELD_BACK = "Back-off restarting failed container"
_SAID_EVERY = 330.0
# containerd's word for a container that it lost track of, mostly because the node was started again.
_LOST = "Unknown"
# Exit codes of a container that is taken down with its pod: SIGKILL and SIGTERM.
_TAKEN_DOWN = (137, 143)


def standing(index: Index, container: PodContainer) -> Standing | None:
    """`loop` when it ends again and again, `failed` when it ended for good, `restarted` when it runs again.

    None when it has not ended, ended well for good, waits for something else, or has recovered. Between two ends a
    container in a loop runs for a while: which moment a snapshot was taken at must not decide.
    """
    state = container.status.state
    if state.waiting is not None:
        return "loop" if state.waiting.reason == "CrashLoopBackOff" else None
    if state.terminated is not None:
        return None if tried_again(index, container) else _ended(container, state.terminated)
    ago = ended_ago(index, container)
    if state.running is None or ago is None or ago > _RECENT or recovered(index, container):
        return None
    return "restarted" if _steady(index, container) else "loop"


def looping_since(index: Index, container: PodContainer) -> datetime | None:
    """When a container in a loop was first held back before a restart, as far as events tell without a break.

    What its state and its pod's conditions tell begins anew with each end.
    """
    if standing(index, container) != "loop":
        return None
    held_back = [one for one in container_events(index, container) if one.message.startswith(_HELD_BACK)]
    return min(filter(None, map(_unbroken_since, held_back)), default=None)


def _unbroken_since(event: Event) -> datetime | None:
    if event.first is None or event.last is None:
        return None
    return event.first if (event.last - event.first).total_seconds() <= event.count * _SAID_EVERY else None


def _ended(container: PodContainer, ended: Terminated) -> Standing | None:
    pod = container.pod
    policy = container.spec.restart_policy or pod.spec.restart_policy
    over = has_ended(pod)
    if ended.exit_code == 0:
        return "loop" if policy not in ("Never", "OnFailure") and not container.init and not over else None
    if over and _others_failed(container, ended):
        return None
    if over or policy == "Never":
        return "failed"
    return "restarted" if ended.reason == _LOST else "loop"


def _others_failed(container: PodContainer, ended: Terminated) -> bool:
    """Whether it was only taken down with its pod, which another container had made to fail."""
    if ended.exit_code not in _TAKEN_DOWN:
        return False
    statuses = (*container.pod.status.init_container_statuses, *container.pod.status.container_statuses)
    codes = [s.state.terminated.exit_code for s in statuses if s.state.terminated and s.name != container.spec.name]
    return any(code not in (None, 0, *_TAKEN_DOWN) for code in codes)


def _steady(index: Index, container: PodContainer) -> bool:
    """Whether it runs better than before: it had run for long, or has by now run twice as long after few restarts."""
    ended = container.status.last_state.terminated
    before = run_length(ended) if ended else None
    if ended is not None and ended.reason == _LOST:
        return True
    if before is not None and before >= (_LONG_RUN if ended and ended.exit_code == 0 else _RECENT):
        return True
    since = running_for(index, container)
    if not container.status.ready or since is None:
        return False
    return _seldom(index, container) and since >= max(_SETTLED, 2 * (before or 0.0))


def _seldom(index: Index, container: PodContainer) -> bool:
    """Whether it has restarted a few times only, or over the life of its pod less than once a day."""
    restarts = container.status.restart_count
    age = index.age(container.pod.metadata.creation_timestamp) or 0.0
    return restarts <= _FIRST_RESTARTS or age / restarts >= _SELDOM


def tried_again(index: Index, container: PodContainer) -> bool:
    """Whether another pod of the same Job has done better by now: it ended well, or has run for longer than this."""
    key, ended = pod_workload(index, container.pod), container.status.state.terminated
    if ended is None or key is None or key.kind not in ("Job", "CronJob"):
        return False
    own = {owner.uid for owner in container.pod.metadata.owner_references}
    others = [pod for pod in pods_of(index, key) if own & {owner.uid for owner in pod.metadata.owner_references}]
    later = [pod for pod in others if _made_after(pod, ended)]
    return any(p.status.phase == "Succeeded" for p in later) or any(
        _outlasts(index, pod, run_length(ended) or 0.0) for pod in others
    )


def _made_after(pod: Pod, ended: Terminated) -> bool:
    made = pod.metadata.creation_timestamp
    return made is not None and ended.finished_at is not None and made >= ended.finished_at


def _outlasts(index: Index, pod: Pod, length: float) -> bool:
    age = index.age(pod.metadata.creation_timestamp)
    return pod.status.phase == "Running" and age is not None and age >= max(_SETTLED, length)


def complaint(index: Index, container: PodContainer, log: LogKey | None) -> Complaint | None:
    """What the container last complained of before it ended: in `log`, the log that was read for it, and in the message
    of its end, which is often the end of the log (terminationMessagePolicy FallbackToLogsOnError)."""
    return telling(_said(index, container, log))


def last_words(index: Index, container: PodContainer, log: LogKey | None) -> str | None:
    """The last line of the same, where it holds no complaint that is known."""
    said = _said(index, container, log)
    return None if telling(said) is not None else last_line(said)


def _said(index: Index, container: PodContainer, log: LogKey | None) -> str:
    ended = container.last_exit
    said = (index.log(log) or "") if log is not None else ""
    return "\n".join(part for part in (said, ended.message if ended else "") if part)


def good_revision(index: Index, container: PodContainer) -> str | None:
    """The revision before the pod's own that its Deployment still has ready pods of, as kubectl rollout counts them."""
    key = pod_workload(index, container.pod)
    if key is None or key.kind != "Deployment":
        return None
    sets = {r.metadata.name: r for r in owned(index, "replicasets", key)}
    own = next((sets[o.name] for o in container.pod.metadata.owner_references if o.name in sets), None)
    if own is None:
        return None
    newest = revision(own.metadata)
    good = [revision(r.metadata) for r in sets.values() if r.status.ready_replicas > 0]
    earlier = [number for number in good if 0 < number < newest]
    return str(max(earlier)) if earlier and own.status.ready_replicas == 0 else None


def waiting_for(container: PodContainer) -> list[str]:
    """Containers of the pod that do not start before this one has: those after an init container, in their order."""
    pod = container.pod
    names = [spec.name for spec in pod.spec.init_containers]
    if container.spec.name not in names:
        return []
    later = names[names.index(container.spec.name) + 1 :] + [spec.name for spec in pod.spec.containers]
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    begun = {s.name for s in statuses if s.state.running or s.state.terminated or s.last_state.terminated}
    return [name for name in later if name not in begun]
