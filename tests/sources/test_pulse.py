"""A line on which nobody answers any more is lost, however quiet it was before."""

import threading

import pytest

from diag.kube.session import Session
from diag.sources import pulse
from tests import fake_api
from tests.fake_api import FakeApi
from tests.sources.running import Running
from tests.sources.samples import fill


def test_a_silent_server_is_lost_and_what_waited_on_it_begins_again(
    api: FakeApi, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(api)
    monkeypatch.setattr(pulse, "EVERY", 0.05)
    monkeypatch.setattr(pulse, "PATIENCE", 0.2)
    running = Running(session)
    running.read()
    begun = sum("watch" in request.query for request in api.requests)
    until = threading.Event()
    api.fail("/version", fake_api.held(until))
    running.until(lambda _: running.watching.state().state == "lost")
    assert "no answer within 0.2 s" in running.watching.state().words
    until.set()
    api.mend()
    running.until(lambda _: running.watching.state().state == "live")
    running.until(lambda _: sum("watch" in request.query for request in api.requests) >= 2 * begun)
    running.watching.close()


def test_a_server_that_refuses_to_tell_its_version_is_alive(
    api: FakeApi, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(api)
    monkeypatch.setattr(pulse, "EVERY", 0.02)
    running = Running(session)
    running.read()
    api.fail("/version", fake_api.forbidden())
    asked = len([request for request in api.requests if request.path == "/version"])
    running.until(lambda _: len([one for one in api.requests if one.path == "/version"]) > asked + 5)
    assert running.watching.state().state == "live"
    running.watching.close()
