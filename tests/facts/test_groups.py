from collections.abc import Hashable
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from diag.facts.groups import Groups, place
from diag.model.meta import Metadata


class Thing(NamedTuple):
    metadata: Metadata
    colours: tuple[str, ...]


def thing(name: str, *colours: str, namespace: str = "shop") -> Thing:
    return Thing(Metadata(name=name, namespace=namespace), colours)


def colours(found: Thing) -> tuple[str, ...]:
    return found.colours


def groups(*found: Thing, asked: list[Hashable] | None = None) -> Groups:
    return Groups(found, colours, (asked if asked is not None else []).append)


def shown(found: Groups) -> dict[Hashable, list[Any]]:
    return {key: found.get(key) for key in found.all_keys()}


def test_a_record_stands_under_each_of_its_keys() -> None:
    one, other = thing("a", "red", "blue"), thing("b", "red")
    assert shown(groups(one, other)) == {"red": [one, other], "blue": [one]}
    assert groups(one).get("green") == []


def test_whoever_asks_is_noted_whether_there_is_something_or_not() -> None:
    asked: list[Hashable] = []
    found = groups(thing("a", "red"), asked=asked)
    found.get("red"), found.get("green"), found.all_keys()
    assert asked == ["red", "green", None]


def test_a_key_that_comes_or_goes_is_told_apart() -> None:
    one, other = thing("a", "red"), thing("b", "red", "blue")
    found = groups(one)
    assert list(found.add(other)) == ["red", None, "blue"]
    assert list(found.remove(other)) == ["red", "blue", None]
    assert shown(found) == {"red": [one]}


@given(
    st.lists(
        st.tuples(st.sampled_from("xy"), st.sampled_from("abcdef"), st.sets(st.sampled_from(["red", "blue", "green"])))
    )
)
def test_kept_current_they_are_what_they_would_be_made_anew(changes: list[tuple[str, str, set[str]]]) -> None:
    there: dict[tuple[str, str], Thing] = {}
    found = groups()
    for namespace, name, wanted in changes:
        new = thing(name, *wanted, namespace=namespace)
        old = there.pop(place(new), None)
        if old is not None:
            list(found.remove(old))
        if old is None or wanted:
            list(found.add(new))
            there[place(new)] = new
        assert shown(found) == shown(groups(*sorted(there.values(), key=place)))
