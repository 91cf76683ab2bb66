"""Commands that find what a test wants them to find."""

from collections.abc import Callable
from pathlib import Path

import pytest

from diag.finding import Report
from diag.model.snapshot import Snapshot
from diag.playbook import load
from tests.report.conftest import plain_terminal
from tests.report.samples import NOW

__all__ = ["plain_terminal"]

Found = Callable[[Report], None]


@pytest.fixture(autouse=True)
def _no_playbooks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door is tested without the built-in playbooks, but where a test asks for them."""
    if "built_in" not in request.fixturenames:
        monkeypatch.setattr("diag.cli.pipeline.load", lambda directories: ())


@pytest.fixture
def built_in() -> Path:
    """The folder of the built-in playbooks, which are loaded."""
    return load.built_in()


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Found:
    """Makes every scan of this process end in the given report."""

    def set_report(report: Report) -> None:
        monkeypatch.setattr("diag.cli.pipeline.read", lambda *_: Snapshot(NOW))
        monkeypatch.setattr("diag.scan.scan", lambda *_: report)

    return set_report
