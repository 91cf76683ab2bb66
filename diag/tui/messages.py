"""What threads tell the session. Each is posted once and handled by the app or a screen, which alone touch widgets."""

from typing import Any

from textual.message import Message

from diag.errors import MondiagError
from diag.live.feed import Feed
from diag.live.view import View


class Viewed(Message):
    """There is something new to show of a cluster."""

    def __init__(self, feed: Feed, view: View) -> None:
        super().__init__()
        self.feed = feed
        self.view = view


class Failed(Message):
    """A cluster of the session cannot be read at all, for a reason that waiting does not mend."""

    def __init__(self, feed: Feed, error: MondiagError) -> None:
        super().__init__()
        self.feed = feed
        self.error = error


class Answered(Message):
    """What was asked for has been read.

    `question` tells what it was: a name, and what else whoever asked wants to know; `answer` is None where there is an
    error.
    """

    def __init__(self, question: tuple[Any, ...], answer: Any, error: MondiagError | None) -> None:
        super().__init__()
        self.question = question
        self.answer = answer
        self.error = error
