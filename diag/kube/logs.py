"""Reads the log of a container, as bytes: what a container writes need not be text."""

from urllib.parse import quote

from diag.kube.deadline import Deadline
from diag.kube.session import Session


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
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(pod, safe='')}/log"
    query = [("container", container), ("tailLines", str(tail_lines)), ("limitBytes", str(limit_bytes))]
    query += [("previous", "true")] if previous else []
    return session.get(path, query, deadline=deadline, accept="*/*", back_off=())
