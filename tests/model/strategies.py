"""Hostile text, JSON of any shape, and pods of a real shape with something wrong in them."""

import copy
import unicodedata
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.bench.data import pods

fuzz = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

_INVISIBLE = "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2064\u206f\ufeff\ufffb\U000e0041"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = _INVISIBLE + _BIDI + "\x00\x07\x08\x0c\r\x1b\x7f\x9b\u2028\ud800\udfff"

text = st.text(st.one_of(st.sampled_from(HOSTILE + '\\"/<>&\n\tübr\U0001f600'), st.characters(codec=None)), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
PODS: list[dict[str, Any]] = list(pods(4000))[::40][:6]


def hidden(shown: str) -> set[str]:
    """The characters of a text that a reader cannot see or that act on a terminal."""
    return {
        letter
        for letter in shown
        if letter not in "\n\t"
        and (unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _INVISIBLE or letter in _BIDI)
    }


@st.composite
def damaged_pods(draw: st.DrawFn) -> dict[str, Any]:
    """A pod in which one to three fields are missing, null, or of another type."""
    pod: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(PODS)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(pod))
        parent, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.booleans()):
            parent[key] = draw(json_values)
        else:
            del parent[key]
    return pod


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) inside a value."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])
