"""What the session remembers from one run to the next: `session.json` in the folder of XDG_STATE_HOME."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from diag.model.folders import state_folder
from diag.model.text import clean_json, one_line

# Enough for those who work in many clusters; what is older is forgotten.
MOST_NAMES = 100
MOST_FILTERS = 20
MOST_CHARACTERS = 500
MOST_BYTES = 1_000_000

V = TypeVar("V")


class Sort(msgspec.Struct, frozen=True):
    """How a table is sorted: by which column, and whether the other way round."""

    column: str
    reverse: bool = False


class FilterMemory(msgspec.Struct, frozen=True):
    """The filter that a screen has, and those that were typed there before, the last one first."""

    text: str = ""
    history: tuple[str, ...] = ()


class LogMemory(msgspec.Struct, frozen=True):
    """How logs are shown."""

    wrap: bool = False
    times: bool = False


class State(msgspec.Struct, frozen=True):
    """All that is remembered; empty texts and missing names stand for the default.

    `namespaces` are those that were chosen, by context; `sorts` and `hidden` columns are by table, `filters` by screen.
    Nothing here is changed: each of the functions gives a new state.
    """

    theme: str = ""
    context: str = ""
    namespaces: dict[str, tuple[str, ...]] = {}
    sorts: dict[str, Sort] = {}
    hidden: dict[str, tuple[str, ...]] = {}
    filters: dict[str, FilterMemory] = {}
    logs: LogMemory = LogMemory()

    def in_context(self, context: str, namespaces: tuple[str, ...], recorded: bool) -> "State":
        """With the context and its namespaces last looked at; a recording is not a place to come back to."""
        if recorded:
            return self
        return replace(self, context=context, namespaces=_with(self.namespaces, context, namespaces[:MOST_NAMES]))

    def sorted_by(self, table: str, column: str, reverse: bool) -> "State":
        """With the order of a table."""
        return replace(self, sorts=_with(self.sorts, table, Sort(column, reverse)))

    def hiding(self, table: str, columns: tuple[str, ...]) -> "State":
        """With the columns that a table does not show."""
        return replace(self, hidden=_with(self.hidden, table, columns))

    def at_start(self) -> "State":
        """As a new session begins: filters that were typed are history to choose from, for one that is forgotten would
        hide what is broken."""
        return replace(self, filters={name: replace(one, text="") for name, one in self.filters.items()})

    def filtered(self, screen: str, text: str, taken: bool = False) -> "State":
        """With the filter of a screen, which is history once it is `taken`.

        A text that is too long to have been typed is not remembered.
        """
        if len(text) > MOST_CHARACTERS:
            return self
        history = self.filters.get(screen, FilterMemory()).history
        if taken and text.strip():
            history = (text, *(each for each in history if each != text))[:MOST_FILTERS]
        return replace(self, filters=_with(self.filters, screen, FilterMemory(text, history)))


class Loaded(NamedTuple):
    """What is remembered, and one line on why it is not what it was, or nothing."""

    state: State
    fault: str


def state_file(environ: Mapping[str, str]) -> Path:
    """Where it is kept."""
    return state_folder(environ) / "session.json"


def load(environ: Mapping[str, str]) -> Loaded:
    """What is remembered; nothing of it when the file cannot be read, which is then kept as `session.json.bad`."""
    file = state_file(environ)
    try:
        return Loaded(msgspec.json.decode(clean_json(_bytes(file)), type=State), "")
    except FileNotFoundError:
        return Loaded(State(), "")
    except OSError as error:
        return Loaded(State(), _fault(file, error.strerror or str(error)))
    except ValueError as error:
        return Loaded(State(), _fault(file, str(error)))


def save(state: State, environ: Mapping[str, str]) -> str:
    """Remember it. Returns one line on why that failed, or nothing; another session never sees half of it."""
    file = state_file(environ)
    try:
        text = msgspec.json.format(msgspec.json.encode(state))
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(file, text)
    except (OSError, ValueError) as error:  # a name that is not UTF-8 is a ValueError
        why = error.strerror if isinstance(error, OSError) else error
        return one_line(f"{file} cannot be written, so nothing is remembered: {why}")
    return ""


def _bytes(file: Path) -> bytes:
    """Raises OSError, and ValueError for a file that is none of ours."""
    with file.open("rb") as stream:
        text = stream.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES:,} bytes")
    return text


def _fault(file: Path, why: str) -> str:
    kept = ""
    with suppress(OSError):
        os.replace(file, f"{file}.bad")
        kept = f"; it is kept as {file.name}.bad"
    return one_line(f"{file} cannot be read, so the session starts anew: {why}{kept}")


def _replace(file: Path, text: bytes) -> None:
    """Write beside it and rename: who reads at that moment finds the old text or the new one. Mode 0600."""
    number, beside = mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(text)
        os.replace(beside, file)
    except OSError:
        os.unlink(beside)
        raise


def _with(known: dict[str, V], name: str, value: V) -> dict[str, V]:
    """The mapping with a value as its newest; the oldest goes when there are too many."""
    kept = {each: known[each] for each in known if each != name} | {name: value}
    return dict(list(kept.items())[-MOST_NAMES:])
