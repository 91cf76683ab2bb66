"""What all screens of the session have: the line at the top, the keys at the bottom, a filter, and a way back."""

from collections.abc import Callable, Iterable, Sequence
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from diag.live.view import View
from diag.model.text import one_line
from diag.tui.target import Target
from diag.tui.widgets.header import Header
from diag.tui.widgets.hints import Hints
from diag.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from diag.tui.app import SessionApp


TYPING = 0.3  # seconds without a key, after which a filter is not being typed any more


class SessionScreen(Screen[None]):
    """A screen that is drawn from the views of the session.

    `NAME` is how what is remembered calls it; `KEYS` are the keys shown at the bottom. It is `ready` to draw from when
    its parts are there until they are taken down; `drawn` are the views that it was drawn from last.
    """

    NAME: ClassVar[str] = ""
    KEYS: ClassVar[Sequence[tuple[str, str]]] = ()
    HELP: ClassVar[str | None] = ""
    AUTO_FOCUS = "Table, PageView"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="app.back"),
        Binding("slash", "filter", "filter", id="app.filter", priority=True),
    ]

    app: "SessionApp"

    def __init__(self) -> None:
        super().__init__()
        self.filter_text = ""
        self._composed = False
        self.resting = False
        self.drawn: tuple[View | None, ...] = ()
        self._rest: Timer | None = None
        self._late: Timer | None = None
        self._typed = -inf

    def compose(self) -> ComposeResult:
        """The four parts, from top to bottom."""
        yield Header()
        yield from self.body()
        yield Prompt()
        yield Static(id="filter-note", markup=False)
        yield Hints(self.KEYS)

    def body(self) -> Iterable[Widget]:
        """What stands between the lines at the top and at the bottom."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw what is known already, with the filter that was left here."""
        if self.app.return_code is not None:  # left already, so its parts never came
            return
        kept = self.app.kept.filters.get(self.NAME)
        self.filter_text = kept.text if kept else ""
        self.use_filter(self.filter_text, typing=False)
        self._composed = True
        self.redraw()

    def on_unmount(self) -> None:
        """Whoever is gone draws no more, and holds nothing: widgets refer to each other, and are there for long."""
        self._composed = False
        self.drawn = ()

    @property
    def ready(self) -> bool:
        """Whether its parts are there; at the end of the session they go one after the other."""
        return self._composed and bool(self.query(Header))

    def on_screen_resume(self) -> None:
        """Another screen lay over it: much may have changed."""
        if self.ready:
            self.redraw()

    def on_screen_suspend(self) -> None:
        """While another screen lies over it, it holds no view: what has changed since would be held twice."""
        self.drawn = ()

    def redraw(self) -> None:
        """Everything anew."""
        self.drawn = tuple(self.app.views)
        self.show_views(self.drawn)
        self.tick()

    def views_came(self) -> None:
        """Draw the new views; while a filter is typed, once its keys rest: to draw many rows takes a moment."""
        if monotonic() - self._typed >= TYPING:
            self.redraw()
        elif self._late is None:
            self._late = self.set_timer(TYPING, self._draw_late)

    def _draw_late(self) -> None:
        self._late = None
        if self.ready and self.is_current:
            self.views_came()

    def tick(self) -> None:
        """The line at the top, as of now."""
        self.query_one(Header).show(self.app.views, self.app.scope_words, self.app.namespaces, self.app.now())

    def show_views(self, views: Sequence[View | None]) -> None:
        """Draw these views."""
        raise NotImplementedError

    def after_rest(self, seconds: float, work: Callable[[], None]) -> None:
        """Do this once the cursor has rested for so long; of several only the last is done. `resting` until then."""
        if self._rest is not None:
            self._rest.stop()
        self.resting = True
        self._rest = self.set_timer(seconds, lambda: self._rested(work))

    def _rested(self, work: Callable[[], None]) -> None:
        self.resting = False
        work()

    def focus_main(self) -> None:
        """Back to the main part, from wherever the focus went."""

    def target(self) -> Target | None:
        """The object under the cursor."""
        return None

    def copied(self) -> str:
        """What the copy key copies; empty when there is nothing."""
        target = self.target()
        return one_line(target.key.name) if target is not None else ""

    def show_filter(self, shown: int, of: int, fault: str) -> None:
        """Say what the filter leaves, and what is wrong with it."""
        note = self.query_one("#filter-note", Static)
        note.display = bool(self.filter_text)
        if self.filter_text:
            note.update(f" / {self.filter_text}   {shown:,} of {of:,}   {fault or 'Esc clears it'}")

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.query_one(Prompt).open("/", self.filter_text, self._earlier, self.filter_words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is typed, `/` is a letter."""
        return not (action == "filter" and isinstance(self.focused, Input))

    def _earlier(self, text: str) -> list[tuple[str, str]]:
        """Filters that were used here before, while nothing is typed."""
        kept = self.app.kept.filters.get(self.NAME)
        return [(one, "used before") for one in kept.history[:5]] if kept and not text else []

    def filter_words(self, text: str) -> tuple[str, bool]:
        """A line on a filter as it is typed, and whether that is a fault."""
        return "", False

    def use_filter(self, text: str, typing: bool) -> None:
        """Pick by this filter from now on."""

    def set_filter(self, text: str, typing: bool = False) -> None:
        """Show what the filter leaves, and remember it."""
        self.filter_text = text
        self.use_filter(text, typing)
        self.app.keep(self.app.kept.filtered(self.NAME, text, taken=not typing))
        if typing:
            self._typed = monotonic()
            self.show_views(self.drawn)
        else:
            self._typed = -inf
            self.redraw()

    def action_back(self) -> None:
        """First the filter goes, then the screen."""
        if self.filter_text:
            self.set_filter("")
        else:
            self.app.go_back()
