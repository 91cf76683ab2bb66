"""Reads the log of a container, as bytes: what a container writes need not be text."""

from urllib.parse import quote

from diag.kube.deadline import Deadline
from diag.kube.session import Session

# How the kubelet begins the log, in an answer of 200, when the runtime has dropped it (kubelet_pods.go).
LOST = b"unable to retrieve container logs for "


def log_path(namespace: str, pod: str) -> str:
    """The API path of a pod's logs."""
    return f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/log"


def read_log(
    session: Session,
    namespace: str,
    pod: str,
    container: str,
    previous: bool,
    tail_lines: int,
    limit_bytes: int,
    deadline: Deadline,
) -> bytes:
    """The last `tail_lines` lines of a container, or of its run before the last restart (`previous`).

    `limit_bytes` is a brake: where the lines are longer than that the server leaves out the *latest*. Raises
    AnswerError with the server's own words when there is no such run (400) or its kubelet does not answer (500),
    which is not asked again: it may take half a minute to fail; otherwise what `Session.get` raises.
    """
    query = [("container", container), ("tailLines", str(tail_lines)), ("limitBytes", str(limit_bytes))]
    query += [("previous", "true")] if previous else []
    return session.get(log_path(namespace, pod), query, deadline=deadline, accept="*/*", back_off=())
