from datetime import timedelta

import msgspec
import pytest
from rich.cells import cell_len

from diag.facts.index import Index
from diag.live.view import Connection, State, View
from diag.model.snapshot import Gap, Snapshot
from diag.tui.header_line import header
from tests.report.samples import NOW, finding, report

LATER = NOW + timedelta(seconds=93)


def shown(state: State = "live", words: str = "", name: str = "prod-eu", found: bool = True) -> View:
    told = report(finding("a"), finding("b"), finding("c", "low")) if found else report()
    return View(name, Connection(state, NOW, words), 1, Index(Snapshot(NOW)), told)


def line(*views: View | None, width: int = 160, chosen: tuple[str, ...] = ()) -> str:
    scope = f"ns {', '.join(chosen)}" if chosen else "ns all"
    return "".join(text for text, _ in header(views, scope, chosen, LATER, width))


def test_one_cluster_with_room() -> None:
    text = line(shown(), width=100)
    assert text.startswith(" ctx prod-eu · ns all · 1,204 pods · live ●  ")
    assert text.endswith("  ▲ 2 high  · 1 low    03:14:17Z ")
    assert cell_len(text) == 100


def test_with_less_room_what_tells_most_is_left() -> None:
    assert " ".join(line(shown(), width=60).split()) == "ctx prod-eu · ns all · live ● ▲ 2 · 1 03:14:17Z"
    lost = shown("lost", "the server closed the connection and said nothing more about it")
    assert "since 03:12:44: the server closed" in line(lost)
    assert " ".join(line(lost, width=80).split()) == "ctx prod-eu · ns all · lost ✖ since 03:12:44 ▲ 2 · 1 03:14:17Z"


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        ("connecting", "", "connecting ◌"),
        ("reading", "400 of 1,200 pods", "reading ◐ 400 of 1,200 pods"),
        ("refused", "401", "refused ✖ since 03:12:44: 401"),
        ("paused", "", "paused ‖ since 03:12:44"),
        ("recording", "", "recording ■ of 2025-11-22 03:12:44"),
    ],
)
def test_how_current_it_is(state: State, words: str, said: str) -> None:
    assert f"· {said}  " in line(shown(state, words))


def test_in_a_chosen_namespace_only_what_concerns_it_is_counted() -> None:
    assert (
        line(shown(), chosen=("shop",), width=100).split()
        == line(shown(), width=100).replace("all · 1,204 pods", "shop").split()
    )
    assert "  ✔ no findings    03:14:17Z " in line(shown(), chosen=("data",), width=100)
    assert "▲ 2 high" in line(shown(), chosen=("data", "shop"))


def test_symptoms_are_not_counted() -> None:
    told = report(finding("a"), msgspec.structs.replace(finding("b"), symptom_of="a"))
    assert "▲ 1 high" in line(msgspec.structs.replace(shown(), report=told))


def test_a_recording_is_no_context() -> None:
    assert line(shown("recording", name="recording demo")).startswith(" recording demo · ")


def test_of_several_the_worst_is_told_and_findings_are_added_up() -> None:
    text = line(shown(), shown("lost", "gone"), None, width=200)
    assert text.startswith(" 3 clusters · ns all · 2,408 pods · lost (1 of 2) ✖ since 03:12:44: gone")
    assert "▲ 4 high" in text


def test_that_nothing_was_found_is_said_once_that_is_sure() -> None:
    assert "✔ no findings" in line(shown(found=False))
    assert "no findings" not in line(shown("reading", found=False))
    assert "no findings" not in line(shown(found=False), None)
    doubt = msgspec.structs.replace(shown(found=False), report=report(gaps=(Gap("pods", "", "forbidden"),)))
    assert "? none in what was seen" in line(doubt)


def test_before_anything_is_known() -> None:
    assert " ".join(line(None).split()) == "mondiag · ns all · starting 03:14:17Z"


def test_names_cannot_break_the_line() -> None:
    text = line(shown("lost", "a\nb\x1b[2J", name="eu\n\x1b]0;x\x07"))
    assert "\n" not in text
    assert "\x1b" not in text
