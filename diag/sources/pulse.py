"""Whether the line to a cluster is alive: a watch in which nothing happens looks the same when nobody is there.

A laptop that slept or a network that went away closes no connection, and a watch would wait for minutes (TCP keepalive,
the end of the watch) while what it knows looks current.
"""

from diag.errors import ClusterError, DeadlineError, UnreachableError
from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.sources.watch_health import Healths

EVERY = 10.0  # seconds between two questions
PATIENCE = 10.0  # seconds for the answer, of whatever kind
_WHO = "pulse"


def keep_pulse(session: Session, healths: Healths) -> None:
    """Ask for the version now and then, until all is over; without an answer the line is lost.

    Once it is there again whatever still waits on it is cut, since the other end of it may be gone.
    """
    lost = False
    while not healths.closed:
        healths.wait(EVERY)
        try:
            session.get("/version", deadline=Deadline(PATIENCE), back_off=())
        except (DeadlineError, UnreachableError) as error:
            if not healths.closed:
                lost = True
                healths.trouble(_WHO, "lost", _words(error))
            continue
        except ClusterError:
            pass  # it answers, were it to refuse
        if lost:
            lost = False
            session.interrupt()
            healths.well(_WHO)


def _words(error: ClusterError) -> str:
    """The time that is up is ours, not the reader's --timeout."""
    return f"no answer within {PATIENCE:g} s" if isinstance(error, DeadlineError) else str(error)
