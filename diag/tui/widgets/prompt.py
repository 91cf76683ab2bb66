"""The line in which a filter or a command is typed."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from diag.tui.style import content

Offer = Callable[[str], list[tuple[str, str]]]


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

    def __init__(self, sign: str, text: str, offer: Offer, explain: Callable[[str], tuple[str, bool]]) -> None:
        """`offer` gives what could be meant, with an explanation each; `explain` a line on the text as it is, and
        whether that is a fault."""
        super().__init__()
        self.sign = sign
        self.before = text
        self._offer = offer
        self._explain = explain
        self._chosen = -1

    def compose(self) -> ComposeResult:
        """What could be meant above, the text below."""
        yield Static(id="offers", markup=False)
        yield Static(self.sign, id="sign", markup=False)
        yield Input(self.before, id="typed", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one(Input).focus()
        self._show(self.before)

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

    def action_leave(self) -> None:
        """Leave it."""
        self.post_message(self.Left(self))

    def action_complete(self) -> None:
        """Take the first offer, or the chosen one, into the text."""
        typed = self.query_one(Input)
        offers = self._offer(typed.value)
        if offers:
            typed.value = offers[max(0, self._chosen)][0]
            typed.cursor_position = len(typed.value)

    def action_choose(self, step: int) -> None:
        """Choose another offer."""
        text = self.query_one(Input).value
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


def _line(word: str, why: str, chosen: bool) -> Content:
    mark, style = ("▸ ", "bold") if chosen else ("  ", "name")
    return content([(mark, "bold"), (f"{word:<24} ", style), (why, "dim")])
