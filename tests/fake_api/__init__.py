"""A Kubernetes API server for tests: real HTTP on loopback, the manners of the real one, and its faults.

It holds objects and answers reads, watches too; only tests change what it holds, and it asks no cluster.
"""

from .faults import (
    Fault,
    cut,
    expired,
    forbidden,
    garbage,
    held,
    html,
    not_served,
    server_error,
    slow,
    stalled,
    throttled,
    truncated_json,
    unauthorized,
)
from .server import FakeApi
from .wire import Request

__all__ = [
    "FakeApi",
    "Fault",
    "Request",
    "cut",
    "expired",
    "forbidden",
    "garbage",
    "held",
    "html",
    "not_served",
    "server_error",
    "slow",
    "stalled",
    "throttled",
    "truncated_json",
    "unauthorized",
]
