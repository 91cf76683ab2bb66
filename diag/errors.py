"""What can go wrong, as one tree. Every error is one plain line: what failed, why, what to try.

    MondiagError                2
    ├── UsageError              2   a flag, a name or a path that makes no sense
    │   └── KeysError           2   keys that do not hold together; carries every fault with file:line
    ├── PlaybookError           2   playbooks that do not hold together; carries every fault with file:line
    ├── RecordingError          2   nothing in the recording could be read
    ├── ClusterError            3   the cluster could not be reached or refused us
    │   ├── KubeconfigError     3   missing, empty or broken kubeconfig; a login program that failed
    │   ├── UnreachableError    3   no connection, TLS failure, connection cut
    │   ├── DeadlineError       3   the time given by --timeout is up
    │   ├── RefusedError        3   401 or 403
    │   ├── NotServedError      3   404: this server does not know the kind
    │   └── AnswerError         3   an answer that is not Kubernetes', or a 5xx that did not go away
    └── InterruptedScan       130   Ctrl+C

The number is the exit code of the command that the error ends.
"""


class MondiagError(Exception):
    """Base of all errors that end a command; `str(error)` is the line shown to the user."""

    exit_code = 2


class UsageError(MondiagError):
    """The command was called in a way that makes no sense."""


class KeysError(UsageError):
    """The keys that the user has set do not hold together; `faults` has one `file:line: …` string each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class PlaybookError(MondiagError):
    """One or more playbooks do not hold together; `faults` has one `file:line: …` string each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class RecordingError(MondiagError):
    """Nothing in a recording could be read."""


class ClusterError(MondiagError):
    """The cluster could not be reached or refused us."""

    exit_code = 3


class KubeconfigError(ClusterError):
    """The kubeconfig is missing, empty or broken, or its login program failed."""


class UnreachableError(ClusterError):
    """No connection: refused, unknown host, TLS failure, or cut before the answer was whole."""


class DeadlineError(ClusterError):
    """The time given by --timeout is up."""


class RefusedError(ClusterError):
    """The server answered 401 or 403; `status` tells which."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotServedError(ClusterError):
    """The server answered 404: it does not know this kind or object."""


class AnswerError(ClusterError):
    """The server's answer is not Kubernetes', or an error that did not go away."""


class InterruptedScan(MondiagError):
    """The user pressed Ctrl+C."""

    exit_code = 130
