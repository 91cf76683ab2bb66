"""What the session knows: its clusters with their latest views, what is asked of them, and what it remembers."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Thread
from typing import Any, NamedTuple

import msgspec
from textual.app import App
from textual.message_pump import MessagePump

from diag.errors import MondiagError
from diag.live.feed import Feed
from diag.live.view import Connection, View
from diag.model.text import clean_text
from diag.tui import state
from diag.tui.garbage import Garbage
from diag.tui.messages import Answered, Failed, Viewed
from diag.tui.screens.base import SessionScreen
from diag.tui.turns import Turns

_CONTEXTS = ("contexts",)
_SAID = 3.0  # seconds that a word stands over what lies below it
_SIXTEEN = "ansi-dark"


class Choice(NamedTuple):
    """What there is to choose from besides what is shown: contexts, and feeds of them. Recordings have neither."""

    contexts: Callable[[], tuple[str, ...]]
    feed: Callable[[str | None], Feed]


def utc_now() -> datetime:
    """What the clock on the wall says."""
    return datetime.now(UTC)


class FeedingApp(App[None]):
    """Takes the views that workers post, and has the present screen draw them."""

    def __init__(
        self,
        feeds: Sequence[Feed],
        choice: Choice | None = None,
        *,
        scope: str = "ns all",
        environ: Mapping[str, str] = os.environ,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`scope` says what the command line looks at; `environ` tells where things are remembered."""
        plain = bool(environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if plain else None)
        self.feeds = list(feeds)
        self.views: list[View | None] = [None] * len(feeds)
        self.choice = choice
        self.contexts: tuple[str, ...] = ()
        self.namespaces: tuple[str, ...] = ()
        self.now = now
        self.paused = False
        self.error: MondiagError | None = None
        self.unsaved = ""
        self.garbage = Garbage()
        self.turns = Turns()
        self._asking: set[Thread] = set()
        self._scope = scope
        self._environ = environ
        kept, self._fault = state.load(environ)
        self.kept = kept.at_start()
        # with sixteen colours those that the terminal's owner chose, instead of the nearest to what a theme wants
        self._first_theme = _SIXTEEN if plain or self.console.color_system == "standard" else self.theme
        self.theme = self.kept.theme if self.kept.theme in self.available_themes else self._first_theme

    @property
    def scope_words(self) -> str:
        """What is looked at: what the command line says, or the namespaces that were chosen since."""
        return f"ns {', '.join(self.namespaces)}" if self.namespaces else self._scope

    @property
    def failure(self) -> Exception | None:
        """What ended the session before its time."""
        return self.error or self._exception

    @property
    def asking(self) -> bool:
        """Whether something is being read for the screen."""
        return bool(self._asking)

    def on_mount(self) -> None:
        """Paint first, then read."""
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.garbage.begin()
        if self._fault:
            self.say(self._fault, fault=True)
        for feed in self.feeds:
            self._begin(feed)
        if self.choice is not None:
            self.ask(self, _CONTEXTS, self.choice.contexts)

    def on_answered(self, message: Answered) -> None:
        """The contexts, which no screen asks for."""
        if message.question == _CONTEXTS:
            self.contexts = message.answer or ()

    def _begin(self, feed: Feed) -> None:
        feed.start(
            lambda view: self._told(Viewed(feed, view)),
            lambda error: self._told(Failed(feed, error)),
            self.turns.pause,
        )

    def _told(self, message: Any) -> None:
        """From a worker's thread; when the session has ended there is nobody left to tell."""
        if self.is_running:
            self.post_message(message)

    def on_viewed(self, message: Viewed) -> None:
        """A new view of a cluster; one that came late, or of a cluster that was left, is not shown."""
        if message.feed not in self.feeds:
            return
        place = self.feeds.index(message.feed)
        known = self.views[place]
        if known is None or known.version < message.view.version:
            self.views[place] = message.view
            if _is_live(message.view) and not _is_live(known):
                self.garbage.keep()
            self._draw_views()
            self.views_changed()

    def views_changed(self) -> None:
        """There is a new view, and it has been drawn."""

    def on_failed(self, message: Failed) -> None:
        """With one cluster the session ends and says why, once the terminal is as it was; of several one is missing."""
        if message.feed not in self.feeds:
            return
        if len(self.feeds) == 1:
            self.error = message.error
            self.leave()
        else:
            place = self.feeds.index(message.feed)
            known = self.views[place] or View(message.feed.name, Connection("connecting", self.now()))
            refused = Connection("refused", self.now(), str(message.error))
            self.views[place] = msgspec.structs.replace(known, connection=refused, version=known.version + 1)
            self.redraw()

    def _draw_views(self) -> None:
        screen = self.screen
        if isinstance(screen, SessionScreen) and screen.ready:
            screen.views_came()

    def redraw(self) -> None:
        """Have the present screen draw the views."""
        screen = self.screen
        if isinstance(screen, SessionScreen) and screen.ready:
            screen.redraw()

    def _tick(self) -> None:
        self.garbage.tick()
        screen = self.screen
        if isinstance(screen, SessionScreen) and screen.ready:
            screen.tick()

    def ask(self, asker: MessagePump, question: tuple[Any, ...], work: Callable[[], Any]) -> None:
        """Have something read in a thread; what comes of it is posted to whoever asked as `Answered`."""

        def run() -> None:
            answer, error = None, None
            try:
                answer = work()
            except MondiagError as failure:
                error = failure
            except Exception as failure:  # noqa: BLE001 - the worker's boundary: a thread's end would go unseen
                error = MondiagError(f"internal error: {type(failure).__name__}: {failure}")
            if self.is_running:
                asker.post_message(Answered(question, answer, error))
            self._asking.discard(thread)

        thread = Thread(target=run, name="question", daemon=True)
        self._asking.add(thread)
        thread.start()

    def say(self, text: str, fault: bool = False) -> None:
        """A word on what happened, for a few seconds."""
        self.notify(clean_text(text), severity="warning" if fault else "information", timeout=_SAID, markup=False)

    def keep(self, kept: state.State) -> None:
        """Remember this, when the session ends."""
        self.kept = kept

    def remember_context(self) -> None:
        """Keep which context was looked at, to come back to it."""
        for feed in self.feeds[:1]:
            self.kept = self.kept.in_context(feed.name, self.namespaces, feed.recorded)

    def set_feeds(self, feeds: Sequence[Feed]) -> None:
        """Look at these clusters instead; those that were looked at already go on."""
        views = {id(feed): view for feed, view in zip(self.feeds, self.views, strict=True)}
        for feed in self.feeds:
            if feed not in feeds:
                feed.close()
        new = [feed for feed in feeds if id(feed) not in views]
        self.feeds = list(feeds)
        self.views = [views.get(id(feed)) for feed in feeds]
        for feed in new:
            self._begin(feed)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.redraw()

    def set_namespaces(self, namespaces: tuple[str, ...]) -> None:
        """Look at these namespaces only, or at all with none."""
        self.namespaces = namespaces
        self.redraw()

    def leave(self) -> None:
        """End the session at once, whatever still waits for an answer; `unsaved` says why something is forgotten."""
        for feed in self.feeds:
            feed.close()
        self.remember_context()
        theme = self.theme if self.theme != self._first_theme else ""
        self.unsaved = state.save(msgspec.structs.replace(self.kept, theme=theme), self._environ)
        self.exit()

    def _print_error_renderables(self) -> None:
        """Textual would print a traceback here; the door of the program says it in a line."""


def _is_live(view: View | None) -> bool:
    return view is not None and view.connection.state == "live"
