"""Probes that Istio has rewritten to ask its proxy, which asks the program in turn.

istio pkg/kube/inject/app_probe.go: the path becomes /app-health/CONTAINER/{readyz,livez,startupz} on port 15020, and
the original stands as JSON in the variable ISTIO_KUBE_APP_PROBERS of the proxy.
"""

import msgspec

from diag.facts.containers import PodContainer
from diag.model.containers import HTTPGetAction, PortAction, Probe
from diag.model.meta import Base

_PREFIX = "/app-health/"
_VARIABLE = "ISTIO_KUBE_APP_PROBERS"


class _Original(Base, frozen=True):
    http_get: HTTPGetAction | None = None
    tcp_socket: PortAction | None = None
    grpc: PortAction | None = None


def rewritten(asked: Probe) -> bool:
    """Whether the probe asks Istio's proxy about the program."""
    return asked.http_get is not None and asked.http_get.path.startswith(_PREFIX)


def original(container: PodContainer, asked: Probe) -> Probe | None:
    """The probe as it was before Istio rewrote it, with the timing of the present one; None when that is not known."""
    if asked.http_get is None or not rewritten(asked):
        return None
    spec = container.pod.spec
    for proxy in (*spec.containers, *spec.init_containers):
        for variable in proxy.env:
            if variable.name == _VARIABLE:
                return _with_handler(asked, variable.value)
    return None


def _with_handler(asked: Probe, written: str) -> Probe | None:
    try:
        known = msgspec.json.decode(written.encode("utf-8", "replace"), type=dict[str, _Original])
    except msgspec.DecodeError:
        return None
    found = known.get(asked.http_get.path) if asked.http_get is not None else None
    if found is None:
        return None
    return msgspec.structs.replace(asked, http_get=found.http_get, tcp_socket=found.tcp_socket, grpc=found.grpc)
