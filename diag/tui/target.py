"""The object that a key is meant for."""

from typing import NamedTuple

from diag.facts.index import Key


class Target(NamedTuple):
    """An object of the cluster with the number `place`.

    `cited` are lines of its log that a finding quotes, `previous` when they are of the run before the present one.
    """

    place: int
    key: Key
    cited: tuple[str, ...] = ()
    previous: bool = False
