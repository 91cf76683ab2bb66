"""Reading one kind of a cluster, and of it what a field selector picks, where a whole snapshot is not needed."""

from collections.abc import Callable
from datetime import UTC, datetime

from diag.kube.deadline import Deadline
from diag.kube.session import Session
from diag.model.kinds import Kind
from diag.model.snapshot import Scope, Snapshot
from diag.sources.cluster import ClusterSource, _Read


class OneKind(ClusterSource):
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
        super().__init__(session, scope, deadline, chunk_size, progress)
        self._fields = fields

    def read_kind(self, kind: Kind) -> Snapshot:
        """A snapshot of that kind alone. Raises ClusterError when nothing of it could be read."""
        taken_at = datetime.now(UTC).replace(microsecond=0)
        read = self._kind(kind)
        if read.records is None and read.refused is not None:
            raise read.refused
        return Snapshot(
            taken_at=taken_at,
            source=self._session.server,
            context=self._session.context,
            server_version=self._session.version,
            scope=self._scope,
            objects={kind.plural: read.records or []},
            gaps=tuple(read.gaps),
        )

    def _one(self, kind: Kind, namespace: str | None, fields: str | None = None) -> _Read:
        both = ",".join(filter(None, (fields, self._fields)))
        return super()._one(kind, namespace, both or None)
