"""The line at the top of every screen."""

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.widget import Widget

from diag.live.view import View
from diag.tui.header_line import header
from diag.tui.style import content


class Header(Widget):
    """Which cluster, how current, how many findings, and the time."""

    def __init__(self) -> None:
        super().__init__()
        self._views: Sequence[View | None] = ()
        self._scope = ""
        self._namespaces: Sequence[str] = ()
        self._now: datetime | None = None

    def show(self, views: Sequence[View | None], scope: str, namespaces: Sequence[str], now: datetime) -> None:
        """Draw these views; `now` is what the clock on the wall says."""
        self._views, self._scope, self._namespaces, self._now = views, scope, namespaces, now
        self.refresh()

    def render(self) -> Content:
        """One line."""
        if self._now is None:
            return Content("")
        return content(header(self._views, self._scope, self._namespaces, self._now, self.size.width))
