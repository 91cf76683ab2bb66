"""The way into one cluster: the login that its kubeconfig gives, and a session that goes on with a new one."""

from math import inf
from time import monotonic
from typing import TYPE_CHECKING

from diag.errors import MondiagError, UnreachableError

if TYPE_CHECKING:
    from diag.kube.config import Access
    from diag.kube.deadline import Deadline
    from diag.kube.session import Session
    from diag.live.cluster import Wanted

AGAIN = 30.0  # seconds between two logins that nobody asked for: some open a page for somebody to visit


class Door:
    """One cluster's session and its login. What was the current context at first stays the one that is meant.

    `fault` is why the last attempt to log in again did not work, empty if it did.
    """

    def __init__(self, wanted: "Wanted") -> None:
        self.fault = ""
        self._wanted = wanted
        self._context = wanted.context
        self._access: Access | None = None
        self._session: Session | None = None
        self._tried = -inf
        self._closed = False

    @property
    def access(self) -> "Access":
        """The present login. Raises UnreachableError before the first."""
        if self._access is None:
            raise UnreachableError("not connected yet")
        return self._access

    @property
    def session(self) -> "Session":
        """The connection, which stays the same. Raises UnreachableError before the first login."""
        if self._session is None:
            raise UnreachableError("not connected yet")
        return self._session

    def log_in(self, deadline: "Deadline") -> "Access":
        """Log in as the kubeconfig is now; the session goes by that from then on.

        Raises what `load_access` raises.
        """
        from diag.kube.config import load_access
        from diag.kube.session import Session

        wanted = self._wanted
        self._tried = monotonic()
        access = load_access(wanted.kubeconfig, self._context, wanted.impersonate, deadline)
        if self._session is None:
            self._session = Session(access)
        else:
            self._session.renew(access)
        if self._closed:
            self._session.close()
        self._access, self._context, self.fault = access, access.context, ""
        return access

    def log_in_again(self) -> bool:
        """Whether there is a new login now: none is tried a moment after another."""
        from diag.kube.deadline import Deadline

        if monotonic() - self._tried < AGAIN:
            return False
        try:
            self.log_in(Deadline(self._wanted.timeout))
        except MondiagError as error:
            self.fault = str(error)
            return False
        return True

    def close(self) -> None:
        """Drop all connections, also those of a login that is still going on."""
        self._closed = True
        if self._session is not None:
            self._session.close()
