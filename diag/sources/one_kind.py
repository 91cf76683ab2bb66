"""Reading one kind of a cluster, and of it what a field selector picks, where a whole snapshot is not needed."""

from collections.abc import Callable
from datetime import UTC, datetime

from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.kinds import Kind
from diag.model.snapshot import Scope, Snapshot
from diag.sources.cluster import objects, took
from diag.sources.lists import Lists


class OneKind:
    """Reads single kinds within a scope; `fields` is a field selector, as in `metadata.name=web`."""

    def __init__(
        self,
        session: Session,
        scope: Scope,
        deadline: Deadline,
        fields: str = "",
        chunk_size: int | None = None,
        progress: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._session = session
        self._scope = scope
        self._lists = Lists(session, scope, deadline, chunk_size, took(progress), fields=fields)

    def read_kind(self, kind: Kind) -> Snapshot:
        """A snapshot of that kind alone. Raises ClusterError when nothing of it could be read."""
        taken_at = datetime.now(UTC).replace(microsecond=0)
        reads = self._lists.kind(kind)
        found = objects(reads)
        if not found:
            raise next(read.refused for read in reads if read.refused is not None)
        return Snapshot(
            taken_at=taken_at,
            source=self._session.server,
            context=self._session.context,
            server_version=self._session.version,
            scope=self._scope,
            objects=found,
            gaps=tuple(gap for read in reads for gap in read.gaps),
        )
