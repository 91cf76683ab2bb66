"""A fake cluster with a session, as in the kube room."""

from tests.kube.conftest import _nobody_at_home, access, api, session

__all__ = ["_nobody_at_home", "access", "api", "session"]
