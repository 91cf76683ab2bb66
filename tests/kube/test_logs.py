import pytest

from diag.errors import AnswerError, NotServedError
from diag.kube.deadline import Deadline
from diag.kube.logs import read_log
from diag.kube.session import Session
from tests import fake_api
from tests.fake_api import FakeApi

POD = {
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"containers": [{"name": "app"}]},
    "status": {"containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}]},
}


def read(session: Session, previous: bool = False, limit_bytes: int = 1000) -> bytes:
    return read_log(session, "shop", "web", "app", previous, 2, limit_bytes, Deadline(20))


def test_the_last_lines_as_they_are(api: FakeApi, session: Session) -> None:
    api.add("pods", POD)
    api.logs["shop", "web", "app", False] = b"one\ntwo\n\xff\x1b[31mthree"
    api.logs["shop", "web", "app", True] = b"before\n"
    assert read(session) == b"two\n\xff\x1b[31mthree"
    assert read(session, limit_bytes=3) == b"two"
    assert read(session, previous=True) == b"before\n"


def test_no_log_has_the_words_of_the_server(api: FakeApi, session: Session) -> None:
    api.add("pods", POD)
    with pytest.raises(AnswerError, match='400: container "app" in pod "web" is waiting to start: ContainerCreating'):
        read(session)
    with pytest.raises(AnswerError, match='previous terminated container "app" in pod "web" not found'):
        read(session, previous=True)


def test_no_pod(session: Session) -> None:
    with pytest.raises(NotServedError, match='pods "web" not found'):
        read(session)


def test_a_kubelet_that_does_not_answer_is_asked_once(api: FakeApi, session: Session) -> None:
    api.add("pods", POD)
    api.fail("pods/log", fake_api.server_error(500))
    with pytest.raises(AnswerError, match="answered 500"):
        read(session)
    assert len(api.requests) == 2


def test_hostile_names_stay_in_their_place(api: FakeApi, session: Session) -> None:
    with pytest.raises(NotServedError):
        read_log(session, "shop", "../../secrets?x", "app", False, 1, 1, Deadline(20))
    assert api.requests[-1].path == "/api/v1/namespaces/shop/pods/../../secrets?x/log"
