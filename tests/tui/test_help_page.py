from diag.tui.actions import ACTIONS, PLACES
from diag.tui.help_page import help_page


def text(*places: str, names: tuple[str, ...] = (), keymap: dict[str, str] | None = None) -> str:
    return "\n".join(line.text for line in help_page("What it is.", places, keymap or {}, names))


def test_it_has_the_keys_of_these_places_and_no_others() -> None:
    page = text("table", "app")
    wanted = {action.title for action in ACTIONS if action.place in ("table", "app")}
    assert all(title in page for title in wanted)
    assert "only warnings, or all" not in page
    assert page.startswith("What it is.")


def test_every_place_can_be_told_of() -> None:
    page = text(*PLACES)
    assert all(action.title in page for action in ACTIONS)
    assert all(f"Keys {words}" in page for words in PLACES.values())


def test_keys_that_were_set_are_told() -> None:
    page = text("app", keymap={"app.top": "x,ctrl+t"})
    line = next(line for line in page.splitlines() if "usage against requests" in line)
    assert line.split()[:2] == ["x,", "ctrl+t"]


def test_terms_are_those_of_the_rows() -> None:
    assert "restarted so often" in text(names=("restarts",))
    assert "What a filter may say" not in text()
