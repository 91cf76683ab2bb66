"""Words that are nearly right."""

import difflib
from collections.abc import Iterable


def hint(word: str, known: Iterable[str], closeness: float = 0.6) -> str:
    """`; did you mean 'x'?` when a known word is close, else nothing. `closeness`: 1 for the same word."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=closeness)
    return f"; did you mean '{close[0]}'?" if close else ""
