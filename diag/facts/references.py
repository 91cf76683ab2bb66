"""Services that a container's variables name and that are not there, or not at that port.

Only what can hardly be anything else than a service's name counts (DNS for Services and Pods): a host with `.svc`; or a
single word, or a word and an existing namespace, as the host of a URL or in a variable that is named as a host's place.
Only namespaces whose services were read tell that one is missing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from diag.facts.containers import PodContainer
from diag.facts.images import nearest
from diag.facts.index import Index
from diag.model.cluster import Service
from diag.model.pods import Pod
from diag.model.text import WITHHELD

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_PORT = r"(?::(?P<port>\d{1,5}))?"
_URL = re.compile(
    rf"(?:^|[\s,;'\"=])(?P<scheme>[a-z][a-z0-9+.:-]*)://(?:[^@/\s,]*@)?(?P<host>{_HOST}){_PORT}(?=[/?\s,;'\"]|$)"
)
_PLAIN = re.compile(rf"^(?P<host>{_HOST}){_PORT}$")
_PLACE = re.compile(r"(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVICE|ENDPOINT|URL|URI|BROKERS?|SERVERS)$")
# A port that a URL without one means; other schemes have defaults of their own.
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
_MOST = 200


class Reference(NamedTuple):
    """A variable that names a service: its `host` and `port` (None where none is told), and which service is meant."""

    variable: str
    host: str
    port: int | None
    namespace: str
    service: str


class Fault(NamedTuple):
    """What is wrong with a reference. `word` is `missing` or `port`, `why` says it in a clause."""

    reference: Reference
    word: str
    why: str


def fault(index: Index, container: PodContainer) -> Fault | None:
    """The first variable of the container that names a service, or a port of one, that is not there."""
    for reference in named_services(index, container):
        found = _fault(index, reference)
        if found is not None:
            return found
    return None


def _fault(index: Index, reference: Reference) -> Fault | None:
    if not index.saw("services", reference.namespace):
        return None
    service: Service | None = index.get("services", reference.namespace, reference.service)
    if service is None:
        return Fault(reference, "missing", f"namespace {reference.namespace} has no service {reference.service}")
    ports = [port.port for port in service.spec.ports]
    # The name of a service without an address of its own is that of its pods, which may listen anywhere.
    headless = service.spec.cluster_ip == "None" or service.spec.type == "ExternalName"
    if reference.port is None or headless or not ports or reference.port in ports:
        return None
    offered = ", ".join(map(str, ports))
    return Fault(reference, "port", f"service {reference.service} has no port {reference.port}, only {offered}")


def nearest_service(index: Index, reference: Reference) -> str | None:
    """A service of the same namespace that is spelt like the one that is named."""
    return nearest(reference.service, index.names("services", reference.namespace))


def named_services(index: Index, container: PodContainer) -> Iterator[Reference]:
    """All that the container's variables name and that can be nothing else than a service."""
    for variable in container.spec.env[:_MOST]:
        value = variable.value.strip()[:_LONGEST]
        if not value or value == WITHHELD or "$(" in value:
            continue
        for host, port, sure in _hosts(variable.name, value):
            meant = _meant(index, container.pod, host, sure)
            if meant is not None:
                yield Reference(variable.name, host, port, *meant)


def _hosts(name: str, value: str) -> Iterator[tuple[str, int | None, bool]]:
    """Hosts in a value with their ports, and whether each surely is a host."""
    for url in _URL.finditer(value):
        port = int(url["port"]) if url["port"] else _DEFAULT_PORTS.get(url["scheme"])
        yield url["host"], port, True
    for part in value.split(","):
        plain = _PLAIN.match(part.strip())
        if plain is not None and not plain["host"].replace(".", "").isdecimal():
            place = _PLACE.search(name) is not None
            yield plain["host"], int(plain["port"]) if plain["port"] else None, place


def _meant(index: Index, pod: Pod, host: str, sure: bool) -> tuple[str, str] | None:
    """Namespace and name of the service that a host can only be; None when it may be something else."""
    labels = host.split(".")
    if len(labels) > 2 and "svc" in labels[2:4]:
        place = labels.index("svc", 2)
        return labels[place - 1], labels[place - 2]  # a pod of a headless service has its own name before
    if not sure or host == "localhost" or _own_name(pod, labels[0]):
        return None
    if len(labels) == 1:
        return pod.metadata.namespace, host
    if len(labels) == 2 and index.get("namespaces", "", labels[1]) is not None:
        return labels[1], labels[0]
    return None


def _own_name(pod: Pod, label: str) -> bool:
    return label in {pod.metadata.name, *(container.name for container in pod.spec.containers)}
