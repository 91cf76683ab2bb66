"""The logs of several containers from the first line that is wanted: what there is, and then what is written."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from diag.errors import ClusterError
from diag.kube.follow import LogSession
from diag.sources.following import Follower, Look
from diag.sources.logs import Entry, Log, Wanted, merged
from diag.sources.pods import Run


class LogReader:
    """Reads the logs of the containers `found`, the first `most` of them; `previous` is of the run before.

    `say` is told, from several threads, what a reader should know in words: why there is no log, that one restarted.
    """

    def __init__(
        self,
        session: LogSession,
        found: Sequence[Run],
        wanted: Wanted,
        previous: bool,
        most: int,
        say: Callable[[str], None],
    ) -> None:
        self._session = session
        self._most = most
        self._say = say
        self._found = found[:most]
        keys = [msgspec.structs.replace(one.key, previous=previous) for one in self._found]
        self._logs = [Log(session, key, wanted) for key in keys]
        if len(found) > most:
            say(f"the first {most} of {len(found)} logs; allow more with --max-logs")

    @property
    def readable(self) -> bool:
        """Whether there was any log, were it empty."""
        return any(log.readable for log in self._logs)

    @property
    def may_go_on(self) -> bool:
        """Whether it makes sense to follow: something could be read, or is still to begin."""
        return self.readable or not self._found or not all(one.begun for one in self._found)

    def history(self) -> Iterator[Entry]:
        """What there is, in order of time."""
        return merged(self._logs, self._say_why)

    def following(self, look: Look) -> Iterator[list[Entry]]:
        """What is written from then on, by the containers that `look` finds, until nothing more will come."""
        follower = Follower(look, lambda key: Log(self._session, key, Wanted()), self._say, self._most)
        for one, log in zip(self._found, self._logs, strict=True):
            if log.readable:
                follower.add(one, log)
        return follower.batches()

    def _say_why(self, log: Log, error: ClusterError) -> None:
        self._say(f"{log.name}: {log.words(error)}")
