"""The object that the command line names, looked for in what has been read."""

from collections.abc import Sequence

from diag.facts.index import Key
from diag.live.view import View
from diag.model.kinds import Kind
from diag.tui.target import Target


class Opening:
    """Finds one object, without namespace the first of that name; `missing` says so once all was read in vain."""

    def __init__(self, kind: Kind, namespace: str, name: str) -> None:
        self._kind = kind
        self._namespace = namespace
        self._name = name
        self.missing = ""

    def find(self, views: Sequence[View | None]) -> Target | None:
        """The object, where it has been read already."""
        for place, view in enumerate(views):
            for one in view.snapshot.all(self._kind.plural) if view is not None and view.snapshot is not None else ():
                meta = one.metadata
                if meta.name == self._name and self._namespace in ("", meta.namespace):
                    return Target(place, Key(self._kind.kind, meta.namespace, meta.name))
        if views and all(view is not None and view.connection.state in ("live", "recording") for view in views):
            where = f" in namespace {self._namespace}" if self._namespace else ""
            self.missing = f"there is no {self._kind.kind} {self._name}{where}"
        return None
