"""The first screen: what is broken, and why."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget

from diag.live.view import View
from diag.tui import finding_rows, gap_rows
from diag.tui.filter import ROWS
from diag.tui.finding_pages import NEEDS, FindingPages, Stamp
from diag.tui.finding_rows import FindingRow, Row
from diag.tui.gap_rows import GapRow
from diag.tui.messages import Answered
from diag.tui.screens.table_screen import TableScreen
from diag.tui.story.line import item
from diag.tui.target import Target
from diag.tui.widgets.detail import Detail
from diag.tui.widgets.page import PageView
from diag.tui.widgets.table import Model, Table

TABS = ("Why", "Evidence", "Events", "Logs", "Metrics", "Fix", "YAML")
_PATIENCE = 0.05  # seconds that the cursor rests on a row before its page is made


class FindingsScreen(TableScreen[Row]):
    """All findings on the left, the story of the one under the cursor on the right."""

    NAME = "findings"
    TERMS = ROWS["findings"]
    AUTO_FOCUS = "Table"
    KEYS = (
        ("/", "filter"),
        (":", "command"),
        ("n", "ns"),
        ("c", "context"),
        ("l", "logs"),
        ("e", "events"),
        ("t", "top"),
        ("f", "fix"),
        ("w", "wiring"),
        ("?", "help"),
        ("q", "quit"),
    )
    HELP = (
        "What is broken, worst first. x counts the objects that suffer from it, + the findings that it explains, which"
        " are folded under it: space unfolds them. The pane tells about the finding under the cursor: 1 why, 2 the"
        " evidence, 3 events, 4 logs, 5 metrics, 6 what to do, 7 YAML. Enter goes into the pane,"
        " which takes most of a low screen, Esc back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"tab('{tab}')", tab, show=False, id=f"detail.tab_{number}")
            for number, tab in enumerate(TABS, 1)
        ),
        Binding("f", "tab('Fix')", "fix", id="app.fix"),
        Binding("space", "unfold", "symptoms", id="findings.unfold"),
        Binding("tab", "switch", "to the pane and back", show=False, id="findings.switch"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._unfolded: set[str] = set()
        self._pages = FindingPages()
        self._shown: Stamp | None = None

    def body(self) -> Iterable[Widget]:
        """The table and the detail pane."""
        with Container(id="findings"):
            yield Table("reading…")
            yield Detail(TABS)

    def rows(self, views: Sequence[View | None]) -> list[Row]:
        """All findings of all clusters, in the namespaces that were chosen."""
        chosen = set(self.app.namespaces)
        found = finding_rows.finding_rows(views, self._unfolded)
        return [row for row in found if isinstance(row, GapRow) or finding_rows.concerns(row.finding, chosen)]

    def picked(self, rows: Sequence[Row]) -> Sequence[Row]:
        """What could not be seen stays, whatever the filter: it may hide what is looked for."""
        chosen = {id(row) for row in super().picked(rows)}
        return [row for row in rows if id(row) in chosen or isinstance(row, GapRow)]

    def model(self) -> Model:
        """Columns and cells."""
        several = len(self.app.views) > 1
        return Model(
            finding_rows.columns(several),
            lambda row: finding_rows.cells(row, several),
            finding_rows.key,
            finding_rows.sort_value,
        )

    def show_views(self, views: Sequence[View | None]) -> None:
        """Draw the rows, and the page again where what it tells has changed."""
        self.table.empty = finding_rows.empty_words(views, bool(self.filter_text), self.app.namespaces)
        super().show_views(views)
        self._tell()

    def haystack(self, row: Row) -> str:
        """Everything that names the finding."""
        return finding_rows.haystack(row)

    def value(self, row: Row, name: str) -> Any:
        """What typed terms look at."""
        view = self.app.views[row.place]
        return finding_rows.value(row, name, view.index if view is not None else None)

    def target(self) -> Target | None:
        """The subject of the finding under the cursor."""
        row = self.table.row
        return finding_rows.target(row) if row is not None else None

    def copied(self) -> str:
        """The command of the first fix."""
        from diag.tui.story.fix import to_copy

        row = self.table.row
        return to_copy(row.finding) if isinstance(row, FindingRow) else ""

    def on_table_highlighted(self, message: Table.Highlighted) -> None:
        """Tell about another finding, once the cursor rests."""
        self.after_rest(_PATIENCE, self._tell)

    def on_table_selected(self, message: Table.Selected) -> None:
        """Go into the pane."""
        self.query_one(PageView).focus()

    def on_detail_tab_changed(self, message: Detail.TabChanged) -> None:
        """Another page of the same finding."""
        self._tell()

    def on_resize(self) -> None:
        """Charts have a width."""
        if self.ready:
            self._tell()

    def _tell(self) -> None:
        """Have the page made, unless it is the one that is there."""
        row, detail = self.table.row, self.query_one(Detail)
        view = self.app.views[row.place] if row is not None else None
        if not isinstance(row, FindingRow) or view is None or view.snapshot is None:
            self._show_none(row)
            return
        feed = self.app.feeds[row.place]
        question = self._pages.question(feed, view, row, detail.tab)
        if question is not None:
            self.app.ask(self, (question[0], finding_rows.key(row)), question[1])
        wanted = self._pages.stamp(view, row, detail.tab, detail.page_width)
        if wanted != self._shown:
            again = self._shown is not None and wanted[:2] == self._shown[:2]
            self._shown = wanted
            self.app.ask(self, ("page", wanted, again), self._pages.making(view, row, detail.tab, detail.page_width))

    def _show_none(self, row: GapRow | None) -> None:
        """Nothing to tell about, or what could not be seen."""
        if row is not None or self._shown is not None:
            self.query_one(Detail).show(gap_rows.page(row) if row is not None else [], again=self._shown is None)
        self._shown = None

    def on_answered(self, message: Answered) -> None:
        """A page, or something that a page needs."""
        name, *rest = message.question
        if name in NEEDS.values():
            self._pages.learn(name, rest[0], message.answer, message.error)
            self._tell()
        elif name == "page" and rest[0] == self._shown:
            failed = item("?", str(message.error), "warning", "warning") if message.error else []
            self.query_one(Detail).show(failed or message.answer, rest[1])

    def action_tab(self, tab: str) -> None:
        """Turn to a page."""
        self.query_one(Detail).choose(tab)

    def action_unfold(self) -> None:
        """Show the symptoms of the finding under the cursor, or fold them again."""
        row = self.table.row
        if isinstance(row, FindingRow):
            self._unfolded ^= {row.finding.symptom_of or row.finding.id}
            self.redraw()

    def action_switch(self) -> None:
        """From the table into the pane, or back."""
        (self.table if self.query_one(PageView).has_focus else self.query_one(PageView)).focus()

    def action_back(self) -> None:
        """First out of the pane, then the filter goes."""
        if self.query_one(PageView).has_focus:
            self.table.focus()
        else:
            super().action_back()
