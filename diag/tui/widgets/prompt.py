"""The line in which a filter or a command is typed."""

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from diag.model.text import one_line
from diag.tui.style import content

Offer = Callable[[str], list[tuple[str, str]]]
Explain = Callable[[str], tuple[str, bool]]


_ENDS = ("enter", "escape")


class Typed(Input):
    """The text. `late` are keys that were pressed behind Enter or Esc, before the prompt was gone: they are meant for
    what comes then."""

    is_open = False

    class Escaped(Message):
        """Esc was pressed."""

    def __init__(self) -> None:
        super().__init__(id="typed", compact=True, select_on_focus=False)
        self.late: list[events.Key] = []

    async def _on_key(self, event: events.Key) -> None:
        if self.is_open and event.key not in _ENDS:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        if not self.is_open:
            self.late.append(event)
            return
        # not left to bindings: those are looked for on the screen that is on top by then
        self.is_open = False
        if event.key == "enter":
            await self.action_submit()
        else:
            self.post_message(self.Escaped())


class Prompt(Vertical):
    """A sign (`/` or `:`), the text, and above it what could be meant. Enter takes it, Esc leaves it."""

    HELP: ClassVar[str] = "Type; Tab completes, up and down choose, Enter takes it, Esc leaves it as it was."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="prompt.leave"),
        Binding("tab", "complete", "complete", id="prompt.complete"),
        Binding("down", "choose(1)", "next", id="prompt.next"),
        Binding("up", "choose(-1)", "previous", id="prompt.previous"),
    ]

    class Changed(Message):
        """Something was typed."""

        def __init__(self, prompt: "Prompt", text: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text

    class Taken(Message):
        """Enter was pressed."""

        def __init__(self, prompt: "Prompt", text: str) -> None:
            super().__init__()
            self.prompt = prompt
            self.text = text

    class Left(Message):
        """Esc was pressed."""

        def __init__(self, prompt: "Prompt") -> None:
            super().__init__()
            self.prompt = prompt

    def __init__(self) -> None:
        super().__init__()
        self.sign = ""
        self.before = ""
        self._offer: Offer = _nothing
        self._explain: Explain = _no_word
        self._chosen = -1

    def compose(self) -> ComposeResult:
        """What could be meant above, the text below."""
        yield Static(id="offers", markup=False)
        with Horizontal():
            yield Static(id="sign", markup=False)
            yield Typed()

    def open(self, sign: str, text: str, offer: Offer, explain: Explain) -> None:
        """Ready to type, at once: the next key belongs to it.

        `offer` gives what could be meant, with an explanation each; `explain` a line on the text as it is, and whether
        that is a fault.
        """
        self.sign, self.before, self._offer, self._explain, self._chosen = sign, text, offer, explain, -1
        self.query_one("#sign", Static).update(sign)
        typed = self._typed
        with typed.prevent(Input.Changed):
            typed.value = text
        typed.cursor_position = len(text)
        typed.is_open = self.display = True
        self.screen.set_focus(typed)
        self._show(text)

    def close(self) -> list[events.Key]:
        """Put it away; whoever opened it has the focus moved. The keys that came too late for it."""
        typed = self._typed
        typed.is_open = self.display = False
        late, typed.late = typed.late, []
        return late

    @property
    def _typed(self) -> Typed:
        return self.query_one(Typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typed: say so, and offer anew."""
        event.stop()
        self._chosen = -1
        self._show(event.value)
        self.post_message(self.Changed(self, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: the chosen offer, or the text."""
        event.stop()
        offers = self._offer(event.value)
        text = offers[self._chosen][0] if 0 <= self._chosen < len(offers) else event.value
        self.post_message(self.Taken(self, text))

    def on_typed_escaped(self, event: Typed.Escaped) -> None:
        """Esc: leave it."""
        event.stop()
        self.action_leave()

    def action_leave(self) -> None:
        """Leave it."""
        self.post_message(self.Left(self))

    def action_complete(self) -> None:
        """Take the first offer, or the chosen one, into the text."""
        typed = self._typed
        offers = self._offer(typed.value)
        if offers:
            typed.value = one_line(offers[max(0, self._chosen)][0])
            typed.cursor_position = len(typed.value)

    def action_choose(self, step: int) -> None:
        """Choose another offer."""
        text = self._typed.value
        offers = self._offer(text)
        if offers:
            self._chosen = (self._chosen + step) % len(offers)
            self._show(text)

    def _show(self, text: str) -> None:
        offers = self._offer(text)
        note, fault = self._explain(text)
        lines = [_line(word, why, place == self._chosen) for place, (word, why) in enumerate(offers)]
        if note:
            lines.append(content([("  ", ""), (note, "warning" if fault else "dim")]))
        shown = self.query_one("#offers", Static)
        shown.display = bool(lines)
        shown.update(Content("\n").join(lines))


def _nothing(text: str) -> list[tuple[str, str]]:
    return []


def _no_word(text: str) -> tuple[str, bool]:
    return "", False


def _line(word: str, why: str, chosen: bool) -> Content:
    mark, style = ("▸ ", "bold") if chosen else ("  ", "name")
    return content([(mark, "bold"), (f"{one_line(word):<24} ", style), (why, "dim")])
