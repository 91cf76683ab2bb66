"""What `:` takes: a kind with a namespace and a filter, or a command with what it is about; and what it offers."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from diag.model.near import hint
from diag.model.text import one_line

Offer = tuple[str, str]
"""The text that would be typed, and what it does."""

MOST = 10
_SECRET = frozenset({"secret", "secrets"})
_OF_CONTEXTS = frozenset({"ctx", "context", "contexts"})


class Offers(NamedTuple):
    """What there is to offer: kinds by each of their names, commands with what they do, contexts, and namespaces."""

    kinds: Mapping[str, str] = {}
    commands: Mapping[str, str] = {}
    contexts: Sequence[str] = ()
    namespaces: Sequence[str] = ()


class Command(NamedTuple):
    """What is to be done: `name` is the plural of a kind, or a command; `argument` what was written behind it.

    `filter` is what the rows of a kind are to be filtered by, empty where that was not said.
    """

    name: str
    argument: str = ""
    filter: str = ""


def complete(text: str, offers: Offers) -> list[Offer]:
    """At most ten texts that could be meant: those that begin like it first, then those that have its letters in order.

    The first word is a kind or a command, the second a context or a namespace.
    """
    head, blank, tail = text.lstrip().partition(" ")
    if not blank:
        return _best(head, [*_kinds(offers.kinds), *offers.commands.items()])
    if head in _OF_CONTEXTS:
        choices = [(name, "context") for name in offers.contexts]
    elif head in offers.kinds:
        choices = [(name, "namespace") for name in offers.namespaces]
    else:
        choices = []
    return [(f"{head} {name}", what) for name, what in _best(tail.strip(), choices)]


def parse_command(text: str, kinds: Mapping[str, str], commands: Iterable[str]) -> Command | str:
    """The command that the text stands for, or a line on what is wrong with it. `kinds` gives plurals by all names.

    A kind takes a filter as in k9s (`pods /web`, `pods shop /web`), or a name as in kubectl (`pod/web-1`).
    """
    head, _, rest = text.strip().partition(" ")
    word, _, named = head.partition("/")
    name = word.lower()
    if not name:
        return "type a kind, such as pods, or a command"
    if name in _SECRET:
        return "mondiag reads no secrets: kubectl get secrets does"
    if name in kinds:
        namespace, _, wanted = rest.partition("/")
        return Command(kinds[name], namespace.strip(), wanted.strip() or named)
    known = [*commands, *kinds]
    if head.lower() not in known:
        return f"{one_line(head)!r} is neither a kind nor a command{hint(name, known)}"
    return Command(name, rest.strip())


def _kinds(plurals: Mapping[str, str]) -> list[Offer]:
    """Each kind once, with the other names that it has."""
    others: dict[str, list[str]] = {plural: [] for plural in plurals.values()}
    for name, plural in plurals.items():
        if name != plural:
            others[plural].append(name)
    return [(plural, ", ".join(sorted(names, key=len))) for plural, names in others.items()]


def _best(typed: str, choices: Sequence[Offer]) -> list[Offer]:
    wanted = typed.lower()
    begins = [choice for choice in choices if choice[0].lower().startswith(wanted)]
    has = [choice for choice in choices if choice not in begins and _has_letters(wanted, choice[0].lower())]
    return [*begins, *has][:MOST]


def _has_letters(wanted: str, name: str) -> bool:
    """Whether the name has these letters in this order."""
    letters = iter(name)
    return all(letter in letters for letter in wanted)
