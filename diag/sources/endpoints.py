"""Endpoints, the older form of endpoint slices: what they say is the same (k8s.io/api/core/v1, discovery/v1)."""

from typing import Any

import msgspec

SERVICE_NAME = "kubernetes.io/service-name"


class _Metadata(msgspec.Struct):
    name: str = ""
    namespace: str = ""


class _Address(msgspec.Struct, rename="camel"):
    ip: str = ""
    target_ref: Any = None


class _Subset(msgspec.Struct, rename="camel"):
    addresses: list[_Address] | None = None
    not_ready_addresses: list[_Address] | None = None
    ports: Any = None


class _Endpoints(msgspec.Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    subsets: list[_Subset] | None = None


def as_slices(item: bytes) -> list[bytes]:
    """The endpoint slices that say what an Endpoints object does: one for each subset, an empty one where it has none.

    Raises msgspec.DecodeError when it is not shaped like Endpoints.
    """
    found = msgspec.json.decode(item, type=_Endpoints)
    return [_slice(found.metadata, number, subset) for number, subset in enumerate(found.subsets or [_Subset()])]


def _slice(meta: _Metadata, number: int, subset: _Subset) -> bytes:
    ready = [_endpoint(address, True) for address in subset.addresses or ()]
    others = [_endpoint(address, False) for address in subset.not_ready_addresses or ()]
    labels = {SERVICE_NAME: meta.name}
    metadata = {"name": f"{meta.name}-{number}", "namespace": meta.namespace, "labels": labels}
    return msgspec.json.encode(
        {"kind": "EndpointSlice", "metadata": metadata, "endpoints": [*ready, *others], "ports": subset.ports}
    )


def _endpoint(address: _Address, ready: bool) -> dict[str, Any]:
    return {"addresses": [address.ip], "conditions": {"ready": ready}, "targetRef": address.target_ref}
