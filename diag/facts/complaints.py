"""What an application complained of before it ended: the line of its log that tells, and whom or what it names.

A line proves nothing alone; it refines what the state of the container says.
"""

import json
import re
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from diag.facts.complaint_about import host, path, peer, port
from diag.facts.complaint_rules import HOST, NAMED, PATH, PEER, PORT, RULES, WORDS, Rule

NETWORK = frozenset(("waiting", *(rule.kind for rule in RULES if rule.subject in (PEER, HOST))))
# Lines at the end that are looked at, and how far before an end without a cause one may stand and still be its cause.
_LAST = 60
_NEAR = 25
_LONGEST = 2000
# How many characters at the end of a log are read.
_LONG, _SHORT = 200_000, 20_000

_NAMED_BY = {PEER: peer, HOST: host, PORT: port}

Weight = Literal["none", "weak", "loud"]

_ANSI = re.compile(r"[\x1b\ufffd]\[[0-9;]{0,12}m")
# Where each logger puts the level: klog, logfmt, a word in brackets, a word before a colon or among the first words.
_LEVELS = tuple(
    re.compile(expression)
    for expression in (
        r"^(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d",
        r"\b(?:level|lvl|severity|levelname)=\"?(?P<level>[A-Za-z]{3,9})\b",
        r"^[^\n]{0,60}?\[\s?(?P<level>(?i:trace|debug|info|notice|note|system|warn|warning|inf|dbg|wrn|err|error"
        r"|fatal|crit|emerg|alert))\s?\]",
        r"^(?P<level>trce|dbug|info|warn|fail|crit|debug|trace|error|fatal|INFO|WARN): ",
        r"^[^\n]{0,90}?\b(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|PANIC|DETAIL"
        r"|HINT|STATEMENT)\b",
    )
)
_QUIET = frozenset(
    (
        "i",
        "trace",
        "debug",
        "info",
        "notice",
        "note",
        "system",
        "trce",
        "dbug",
        "inf",
        "dbg",
        "detail",
        "hint",
        "statement",
    )
)
_ERROR = frozenset(
    ("e", "f", "error", "err", "eror", "fatal", "crit", "critical", "severe", "panic", "emerg", "alert", "fail")
)
_WARN = frozenset(("w", "warn", "warning", "wrn"))
# What has passed, or is being tried again: not why it ended, unless nothing else is.
_WELL = re.compile(
    r"(?i)\b(?:succeeded|successful(?:ly)?|recovered|re-?established|reconnected|connected to|connection established)\b"
)
_FAILED = re.compile(r"(?i)\b(?:not|never|un|without|fail\w*|error\w*|could|cannot|can't) (?:\w+ ){0,2}$")
_TRIES_ON = re.compile(
    r"(?i)\b(?:retry(?:ing)?|retries left|will (?:retry|try)|reconnect(?:ing)?|try(?:ing)? again|attempt \d|next"
    r" attempt"
    r"|falling back|fallback|ignor(?:ed|ing)|skipping|sleeping|waiting for|continuing|non-fatal|deprecat\w+|optional)\b"
)
_FRAME = re.compile(
    r"^\s+(?:at |File \"|\.\.\. \d+|from /|in `|[\w./-]+\.go:\d+|\^)|^(?:goroutine \d+|created by |\[signal SIG|\s*$)"
    r"|^\t.+\+0x[0-9a-f]+$"
    r"|^[\w./*()-]+\([^ ]*\)$|^Node\.js v\d|^npm (?:ERR!|error) (?:A complete log|    /)"
)
_TEXT_KEYS = (
    "msg",
    "message",
    "@message",
    "@m",
    "log",
    "event",
    "error",
    "err",
    "exception",
    "reason",
    "cause",
    "attr",
    "stack",
)
_LEVEL_KEYS = ("level", "severity", "lvl", "levelname", "log.level", "@l", "s")
# The numbers that bunyan and pino write for their levels.
_INFO, _WARNING = 30, 40


class Complaint(NamedTuple):
    """What a line says. `kind` is one of WORDS, `about` whom or what it names or empty, `line` the line itself."""

    kind: str
    about: str
    line: str

    @property
    def words(self) -> str:
        """The complaint in words, for the middle of a sentence."""
        plain, named = WORDS[self.kind]
        return named.format(self.about) if self.about and named else plain


class _Line(NamedTuple):
    place: int  # among the lines that speak
    weight: Weight
    generic: bool
    complaint: Complaint


def classify(line: str) -> Complaint | None:
    """What one line says, whatever its level; None when it says nothing that is known."""
    text = _text(line, _entry(line))
    found = _first(text)
    return Complaint(found[0].kind, _about(*found, text), line) if found else None


@lru_cache(maxsize=512)
def telling(text: str) -> Complaint | None:
    """What the end of a log says on why the program ended; None when no line tells.

    The last line counts whose level speaks of an error. A line that only says that something failed, as a trace does,
    gives way to one shortly before it that says what; and a warning, or what is tried again, counts only where nothing
    else is said after it. Among lines of one kind that which names whom or what is shown.
    """
    found = _lines(text)
    chosen = _chosen(found)
    if chosen is None:
        return None
    alike = [one for one in found if one.complaint.kind == chosen.complaint.kind and one.complaint.about]
    return chosen.complaint if chosen.complaint.about or not alike else alike[-1].complaint


def last_line(text: str) -> str | None:
    """The last line of a log that is no frame of a stack; None of an empty one."""
    speaking = (line for line in reversed(text[-_SHORT:].splitlines()) if not _FRAME.match(line))
    line = next(speaking, None)
    return None if line is None else _text(line, _entry(line)).strip() or None


def _chosen(found: list[_Line]) -> _Line | None:
    generic = next((one for one in reversed(found) if one.generic and one.weight == "loud"), None)
    earliest = generic.place - _NEAR if generic else 0
    near = [one for one in found if not one.generic and one.place >= earliest]
    loud = [one for one in near if one.weight == "loud"]
    return loud[-1] if loud else near[-1] if near else generic


def _lines(text: str) -> list[_Line]:
    """What the last lines that speak say, in their order; frames of a stack do not speak."""
    speaking = [line for line in text[-_LONG:].splitlines() if not _FRAME.match(line)][-_LAST:]
    found: list[_Line] = []
    for place, line in enumerate(speaking):
        entry = _entry(line)
        plain = _text(line, entry)
        if _went_well(plain):
            found = [one for one in found if one.weight == "loud"]
            continue
        match = _first(plain)
        level = _level(plain, entry)
        weight = _weight(plain, level)
        if match is not None and weight != "none":
            complaint = Complaint(match[0].kind, _about(*match, plain), line)
            found.append(_Line(place, weight, match[0].generic, complaint))
        elif match is None and level in _ERROR:
            found.append(_Line(place, weight, True, Complaint("error", "", line)))
    return found


def _first(text: str) -> tuple[Rule, re.Match[str]] | None:
    for rule in RULES:
        match = rule.pattern.search(text)
        if match is not None:
            return rule, match
    return None


def _about(rule: Rule, found: re.Match[str], text: str) -> str:
    if rule.subject == NAMED:
        named = found.groupdict().get("about")
        return named.strip() if named else ""
    return path(text, found.end()) if rule.subject == PATH else _NAMED_BY[rule.subject](text)


def _went_well(text: str) -> bool:
    found = _WELL.search(text)
    return found is not None and not _FAILED.search(text, 0, found.start())


def _weight(text: str, level: str) -> Weight:
    if level in _QUIET:
        return "none"
    return "weak" if level in _WARN or _TRIES_ON.search(text) else "loud"


def _level(text: str, entry: dict[str, Any]) -> str:
    level = next((entry[key] for key in _LEVEL_KEYS if key in entry), None)
    if isinstance(level, int | float):
        return "info" if level <= _INFO else "warn" if level <= _WARNING else "error"
    if isinstance(level, str):
        return level.lower()
    found = (expression.search(text[:200]) for expression in _LEVELS)
    return next((match["level"].lower() for match in found if match), "")


def _entry(line: str) -> dict[str, Any]:
    """The line as a JSON object; empty when it is none."""
    start = line.lstrip()
    if not start.startswith("{"):
        return {}
    try:
        found = json.loads(start[: 50 * _LONGEST])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(line: str, entry: dict[str, Any]) -> str:
    """What the line says: of a JSON object the fields that are for people."""
    if not entry:
        return _ANSI.sub("", line[:_LONGEST]).rstrip()
    said = [_inner(entry[key]) for key in _TEXT_KEYS if entry.get(key)]
    return ": ".join(dict.fromkeys(said))[:_LONGEST] or line[:_LONGEST]


def _inner(value: Any) -> str:
    if isinstance(value, dict):
        return ": ".join(str(value[key]) for key in ("type", "message", "msg", "error", "code") if value.get(key))
    return str(value).partition("\n")[0]
