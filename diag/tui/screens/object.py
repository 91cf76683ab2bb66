"""One object: what it is, what is found about it, what it hangs together with, its events and its YAML."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from diag.facts.index import Key
from diag.facts.related import related
from diag.live.view import View
from diag.model.text import one_line
from diag.tui import wiring_rows
from diag.tui.messages import Answered
from diag.tui.screens.base import SessionScreen
from diag.tui.story import object as story
from diag.tui.story import yaml
from diag.tui.story.line import item
from diag.tui.style import content
from diag.tui.summary import summary
from diag.tui.target import Target
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.page import PageView
from diag.tui.widgets.table import Model, Table
from diag.tui.wiring_rows import WiringRow

TABS = ("Summary", "Why", "Wiring", "YAML")
_PAGES = {"summary": "Summary", "why": "Why", "related": "Wiring", "yaml": "YAML"}
_AGAIN = 10  # seconds after which what a page tells is looked at anew


class ObjectScreen(SessionScreen):
    """Pages about one object; the wiring can be walked: Enter goes to what is under the cursor, Esc comes back."""

    NAME = "object"
    KEYS = (
        ("1-4", "pages"),
        ("l", "logs"),
        ("e", "events"),
        ("w", "wiring"),
        ("y", "YAML"),
        ("C", "copy"),
        ("esc", "back"),
        ("?", "help"),
    )
    HELP = (
        "One object: 1 what it is, 2 what is found about it and what was ruled out, 3 what it hangs together with,"
        " 4 its YAML. In the wiring Enter goes to an object, space unfolds what that one hangs together with."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"tab('{tab}')", tab, show=False, id=f"object.tab_{number}")
            for number, tab in enumerate(TABS, 1)
        ),
        Binding("space", "unfold", "unfold", id="object.unfold"),
    ]

    def __init__(self, target: Target, page: str = "summary") -> None:
        super().__init__()
        self._target = target
        self._first = _PAGES[page]
        self._unfolded: set[tuple[Key, ...]] = set()
        self._shown: tuple[Any, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """A title, the pages, and the table of the wiring, which takes the page's place."""
        yield Static(id="title", markup=False)
        yield Detail(TABS)
        yield Table("nothing is related to it", id="wiring")

    def on_mount(self) -> None:
        """The page that was asked for."""
        key = self._target.key
        name = f"{key.namespace}/{key.name}" if key.namespace else key.name
        self.query_one("#title", Static).update(content([(f" {key.kind} ", "dim"), (one_line(name), "bold")]))
        self.query_one(Detail).choose(self._first)

    def target(self) -> Target | None:
        """The object of the screen, or the one under the cursor in its wiring."""
        row = self._wiring.row if self._detail.tab == "Wiring" else None
        return Target(self._target.place, row.key) if row is not None else self._target

    @property
    def _detail(self) -> Detail:
        return self.query_one(Detail)

    @property
    def _wiring(self) -> Table:
        return self.query_one("#wiring", Table)

    def focus_main(self) -> None:
        """Back to the page or the wiring."""
        (self._wiring if self._detail.tab == "Wiring" else self.query_one(PageView)).focus()

    def show_views(self, views: Sequence[View | None]) -> None:
        """Look at the page anew, now and then."""
        self._tell()

    def on_detail_tab_changed(self, message: Detail.TabChanged) -> None:
        """Another page."""
        wiring = message.tab == "Wiring"
        self.set_class(wiring, "-wiring")
        self.focus_main()
        self._tell()

    def set_filter(self, text: str, typing: bool = False) -> None:
        """Look for a text in the page; nothing is left out of it."""
        self.filter_text = text
        self.query_one(PageView).search(text)

    def filter_words(self, text: str) -> tuple[str, bool]:
        """What the keys do."""
        return "finds a text in the page; n and N go to the next and to the one before", False

    def shows(self, target: Target) -> bool:
        """Whether it is this object's screen, and not another one that its wiring leads to."""
        return (target.place, target.key) == (self._target.place, self._target.key)

    def turn_to(self, page: str) -> None:
        """Turn to a page by its name in commands."""
        self._detail.choose(_PAGES[page])

    def action_tab(self, tab: str) -> None:
        """Turn to a page."""
        self._detail.choose(tab)

    def action_unfold(self) -> None:
        """Unfold what the object under the cursor hangs together with, or fold it again."""
        row = self._wiring.row
        if row is not None:
            self._unfolded ^= {row.path}
            self._shown = None
            self._tell()

    def on_table_selected(self, message: Table.Selected) -> None:
        """Walk there."""
        self.app.open_object(Target(self._target.place, message.row.key))

    def _tell(self) -> None:
        """Have the page made in a thread, unless it is the one that is there."""
        view = self.app.views[self._target.place] if self._target.place < len(self.app.views) else None
        if view is None or view.snapshot is None:
            return
        tab = self._detail.tab
        wanted = (tab, int(view.snapshot.taken_at.timestamp()) // _AGAIN, view.report is None)
        if wanted != self._shown:
            again = self._shown is not None and self._shown[0] == tab
            self._shown = wanted
            self.app.ask(self, ("object", wanted, again), self._work(tab, view))

    def _work(self, tab: str, view: View) -> Callable[[], Any]:
        key, feed = self._target.key, self.app.feeds[self._target.place]
        assert view.index is not None
        index = view.index
        unfolded = frozenset(self._unfolded)
        return {
            "Summary": lambda: story.summary_page(summary(index, key, index.now)),
            "Why": lambda: story.findings_page(feed.explain(view, key)),
            "Wiring": lambda: wiring_rows.wiring_rows(key, unfolded, lambda one: related(index, one)),
            "YAML": lambda: yaml.page(feed.document(key)),
        }[tab]

    def on_answered(self, message: Answered) -> None:
        """The page, or why there is none."""
        name, *rest = message.question
        if name != "object" or rest[0] != self._shown:
            return
        wanted, again = rest
        if message.error is not None:
            self._detail.show(item("?", str(message.error), "warning", "warning"), again)
        elif wanted[0] == "Wiring":
            self._show_wiring(message.answer)
        else:
            self._detail.show(message.answer, again)

    def _show_wiring(self, rows: list[WiringRow]) -> None:
        view = self.app.views[self._target.place]
        marks = view.marks if view is not None else {}
        model = Model(
            wiring_rows.COLUMNS,
            lambda row: wiring_rows.cells(row, marks),
            lambda row: (row.path, row.relation.word),
            lambda row, column: getattr(row.key, column, row.relation.word),
        )
        self._wiring.show(model, rows)
