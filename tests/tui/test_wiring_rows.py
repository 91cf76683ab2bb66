from diag.facts.index import Key
from diag.facts.related import Relation
from diag.tui.wiring_rows import MOST, WiringRow, cells, wiring_rows

A, B, C = (Key("Pod", "shop", name) for name in "abc")


def related(key: Key) -> list[Relation]:
    """Everything hangs together with everything."""
    return [Relation("beside", one, True) for one in (A, B, C) if one != key]


def paths(*unfolded: tuple[Key, ...]) -> list[str]:
    return ["".join(key.name for key in row.path) for row in wiring_rows(A, unfolded, related)]


def test_what_is_unfolded_has_its_relations_behind_it() -> None:
    assert paths() == ["ab", "ac"]
    assert paths((A, B)) == ["ab", "abc", "ac"]
    assert paths((A, B), (A, B, C), (A, C)) == ["ab", "abc", "ac", "acb"]


def test_nobody_walks_in_circles() -> None:
    everything = [(A, B), (A, C), (A, B, C), (A, C, B)]
    assert all(len(set(row.path)) == len(row.path) for row in wiring_rows(A, everything, related))


def test_of_very_many_the_first_are_shown_with_how_many_there_are_more() -> None:
    many = [Relation("runs", Key("Pod", "shop", f"p{number:04}"), True) for number in range(MOST + 50)]
    rows = wiring_rows(Key("Node", "", "worker-1"), (), lambda key: many)
    assert len(rows) == MOST
    assert [row.more for row in rows[-2:]] == [0, 50]
    assert cells(rows[-1], {})[2][0].endswith("  and 50 more")


def test_cells() -> None:
    row = WiringRow((A, B), Relation("mounts", B, True))
    deeper = WiringRow((A, B, C), Relation("mounts", C, False))
    assert cells(row, {B: "high"}) == [("mounts", "dim"), ("Pod", ""), ("shop/b", "name"), ("▲ high", "high")]
    assert cells(deeper, {})[0][0] == "  └ mounts"
    assert cells(deeper, {})[2] == ("shop/c (does not exist)", "high")
    assert cells(row, {B: "info"})[3] == ("", "")


def test_what_was_not_read_may_well_be_there() -> None:
    key = Key("Secret", "shop", "x\n[/x]")
    text, style = cells(WiringRow((A, key), Relation("mounts", key, None)), {})[2]
    assert (text.endswith(" (not read)"), style, "\n" in text) == (True, "name", False)
