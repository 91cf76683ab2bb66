"""A login that expires in a long session is renewed, and what is watched goes on."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

import diag.live.cluster
import diag.live.door
from diag.errors import RefusedError
from diag.kube.deadline import Deadline
from diag.live.cluster import Wanted
from diag.live.door import Door
from diag.model.snapshot import Scope
from diag.sources import watch_health
from tests.fake_api import FakeApi
from tests.keeping.told import Start, eventually, findings, logins, pod, starting, with_login_program
from tests.sources.samples import item


@pytest.fixture
def start(api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    api.add("namespaces", item("shop"))
    api.add("pods", pod("web-1", "pull"))
    api.token = "t1"
    monkeypatch.setattr(diag.live.cluster, "TICK", 0.05)
    monkeypatch.setattr(diag.live.cluster, "IDLE_SHARE", 0.0)
    monkeypatch.setattr(diag.live.door, "AGAIN", 0.5)
    monkeypatch.setattr(watch_health, "BACK_OFF", 0.02)
    monkeypatch.setattr(watch_health, "SLOWLY", 0.1)
    with starting(api, tmp_path) as start:
        yield start


def lists_of(api: FakeApi, path: str) -> int:
    return sum(request.path == path and not request.query for request in api.requests)


def test_an_expired_login_is_renewed_and_the_watches_go_on(api: FakeApi, start: Start, tmp_path: Path) -> None:
    told = start(with_login_program(api, tmp_path))
    told.state("live")
    asked = lists_of(api, "/api/v1/pods")
    api.token = "t2"
    api.watches.end()
    refused = told.state("refused")
    assert findings(refused) == {"web-1": "image-not-found"}
    told.state("live")
    api.add("pods", pod("web-2", "pull"))
    told.until(lambda view: "web-2" in findings(view))
    assert lists_of(api, "/api/v1/pods") == asked


def test_no_more_logins_than_are_needed(
    api: FakeApi, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diag.live.door, "AGAIN", 1000.0)
    told = start(with_login_program(api, tmp_path))
    told.state("live")
    api.token = "t2"
    api.watches.end()
    told.state("refused")
    for _ in range(3):
        told.newer()
    assert logins(tmp_path) == 1
    told.feed.rescan()
    told.state("live")
    assert logins(tmp_path) == 2
    api.token = "none of them"
    told.feed.rescan()
    told.state("refused")
    assert logins(tmp_path) == 3


def test_a_login_that_cannot_be_renewed_is_told_in_its_own_words(api: FakeApi, start: Start, tmp_path: Path) -> None:
    told = start(with_login_program(api, tmp_path))
    told.state("live")
    (tmp_path / "broken").touch()
    api.token = "t2"
    api.watches.end()
    view = told.until(lambda view: "sign in" in view.connection.words)
    assert (view.connection.state, findings(view)) == ("refused", {"web-1": "image-not-found"})
    (tmp_path / "broken").unlink()
    told.state("live")


def test_the_context_stays_the_one_it_was(api: FakeApi, tmp_path: Path) -> None:
    path = api.kubeconfig(tmp_path / "kubeconfig")
    door = Door(Wanted(Scope(), str(path)))
    door.log_in(Deadline(20))
    config = json.loads(path.read_text())
    elsewhere = {"name": "other", "cluster": {"server": "http://127.0.0.1:1"}}
    config["clusters"].append(elsewhere)
    config["contexts"].append({"name": "other", "context": {"cluster": "other", "user": "fake"}})
    config["current-context"] = "other"
    path.write_text(json.dumps(config))
    assert door.log_in(Deadline(20)).context == "fake"
    door.session.greet(Deadline(20))
    assert (door.session.server, door.access.server) == (api.url, api.url)
    door.close()


def test_what_was_refused_is_asked_for_at_once_with_a_new_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_health, "SLOWLY", 1000.0)
    healths = watch_health.Healths(lambda: None)
    refused = Thread(target=healths.pause_long, daemon=True)
    refused.start()
    while refused.is_alive():
        healths.logged_in()
        refused.join(0.01)


def test_a_session_goes_by_its_new_login_from_the_next_request_on(api: FakeApi, tmp_path: Path) -> None:
    api.token = "t1"
    door = Door(Wanted(Scope(), str(with_login_program(api, tmp_path))))
    door.log_in(Deadline(20))
    session = door.session
    pieces = session.follow("/api/v1/pods", [("watch", "1")])
    assert eventually(lambda: api.watches.open == 1)
    api.token = "t2"
    with pytest.raises(RefusedError):
        session.get("/version", deadline=Deadline(20))
    assert not door.log_in_again()
    door.log_in(Deadline(20))
    session.greet(Deadline(20))
    api.add("pods", pod("web-1"))
    assert b"web-1" in next(pieces)
    assert door.session is session
    door.close()
