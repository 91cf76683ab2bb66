"""What can be done on the screen that lies under this one."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from diag.tui.actions import PLACES
from diag.tui.help_page import help_page
from diag.tui.story.line import Page
from diag.tui.widgets.hints import Hints
from diag.tui.widgets.page import PageView


class HelpScreen(Screen[None]):
    """A page of help; Esc, q or ? goes back."""

    AUTO_FOCUS = "PageView"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "back", id="app.back"),
        Binding("q", "dismiss", "back", show=False, id="help.close"),
    ]

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    @classmethod
    def of(cls, screen: Screen[object], focused: Widget | None) -> "HelpScreen":
        """The help for a screen and the widget that has the focus there."""
        widgets = [focused] if focused is not None else []
        about = " ".join(filter(None, dict.fromkeys(getattr(one, "HELP", "") for one in (screen, *widgets))))
        terms: Sequence[str] = getattr(screen, "TERMS", ())
        return cls(help_page(about, _places([screen, *widgets]), screen.app._keymap, terms))

    def compose(self) -> ComposeResult:
        """The page, and how to leave it."""
        yield PageView()
        yield Hints((("esc", "back"), ("j k", "scroll")))

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(PageView).show(self._page)


def _places(nodes: Sequence[object]) -> list[str]:
    """Where keys work, from what has the focus outward."""
    found = {
        (binding.id or "").partition(".")[0]
        for node in nodes
        for binding in getattr(node, "BINDINGS", ())
        if isinstance(binding, Binding)
    }
    return [place for place in PLACES if place in found and place != "app"] + ["app"]
