"""Probes: what was answered, what they ask, how long they give."""

import json
from typing import Any

import pytest

from diag.facts import probes
from diag.facts.containers import PodContainer
from diag.facts.index import Index
from diag.model.containers import Probe
from tests.facts.pod_samples import ago, ended, event, index, only, pod, running

REFUSED = 'Get "http://10.1.0.7:80/": dial tcp 10.1.0.7:80: connect: connection refused'
EXEC = "rpc error: code = Unknown desc = failed to exec in container: OCI runtime exec failed: exec failed: "


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        (REFUSED, "refused"),
        ("dial tcp 10.1.0.7:80: connect: connection refused", "refused"),
        ("HTTP probe failed with statuscode: 404", "not-found"),
        ("HTTP probe failed with statuscode: 401", "unauthorized"),
        ("HTTP probe failed with statuscode: 403", "unauthorized"),
        ("HTTP probe failed with statuscode: 503", "unavailable"),
        ("HTTP probe failed with statuscode: 500", "status"),
        ('Get "http://a/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)', "timeout"),
        ("dial tcp 10.1.0.7:80: i/o timeout", "timeout"),
        ('command "/ready now" timed out', "timeout"),
        ("rpc error: code = DeadlineExceeded desc = context deadline exceeded", "timeout"),
        ('timeout: failed to connect service "10.1.0.7:80" within 1s: context deadline exceeded', "timeout"),
        ("timeout: health rpc did not complete within 1s", "timeout"),
        ('service unhealthy (responded with "NOT_SERVING")', "not-serving"),
        ("error: this server does not implement the grpc health protocol (grpc.health.v1.Health)", "no-grpc-health"),
        ('Get "https://a/": http: server gave HTTP response to HTTPS client', "wants-http"),
        ("tls: first record does not look like a TLS handshake", "wants-http"),
        ('malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02"', "wants-tls"),
        ('malformed HTTP response "\\x00\\x00\\x06\\x04\\x00"', "wants-http2"),
        ("remote error: tls: certificate required", "client-certificate"),
        ('strconv.Atoi: parsing "web": invalid syntax', "port-name"),
        ("invalid port number: 70000", "port-name"),
        (f'{EXEC}exec: "curl": executable file not found in $PATH: unknown', "program-missing"),
        (f'{EXEC}exec: "/x": stat /x: no such file or directory: unknown', "program-missing"),
        (f'{EXEC}exec: "/x": permission denied: unknown', "program-not-executable"),
        ("rpc error: code = NotFound desc = no running task found: task 1 not found: not found", "not-run"),
        ("container is in CONTAINER_EXITED state", "not-run"),
        ('Get "http://a/": EOF', "closed"),
        ("read tcp 1->2: read: connection reset by peer", "closed"),
        ("dial tcp 10.1.0.7:80: connect: no route to host", "unreachable"),
        ("dial tcp: lookup nowhere: no such host", "unknown-host"),
        ("", "unknown"),
        ("HTTP probe failed with statuscode: many", "unknown"),
    ],
)
def test_what_answers_mean(output: str, meaning: str) -> None:
    assert probes.classify(output)[0] == meaning
    assert meaning in probes.ANSWERS


def test_the_status_that_was_answered() -> None:
    assert probes.classify("HTTP probe failed with statuscode: 404")[1] == 404
    assert probes.classify(REFUSED)[1] is None


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f"Readiness probe failed: {REFUSED}", (REFUSED, "refused")),
        ("Readiness probe errored: container not running (1f)", ("container not running (1f)", "not-run")),
        ("Readiness probe errored and resulted in unknown state: oops", ("oops", "unknown")),
        ("Readiness probe failed: ", ("", "unknown")),
        ("Readiness probe failed", ("", "unknown")),
        ("Liveness probe failed: HTTP probe failed with statuscode: 500", None),
        ("readiness is what it is", None),
        ("", None),
    ],
)
def test_events_of_a_probe(message: str, expected: tuple[str, str] | None) -> None:
    seen = index(pods=[pod(spec={"readinessProbe": {"tcpSocket": {"port": 80}}})], events=[event("Unhealthy", message)])
    found = probes.answer(seen, only(seen), "readiness")
    assert (found and (found.output, found.meaning)) == expected


def test_the_newest_answer_counts_unless_the_probe_could_not_be_run() -> None:
    events = [
        event("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", 300, 90),
        event("Unhealthy", f"Readiness probe failed: {REFUSED}", 400, 350),
        event("Unhealthy", "Readiness probe errored: container not running (1f)", 10),
    ]
    seen = index(pods=[pod()], events=events)
    found = probes.answer(seen, only(seen), "readiness")
    assert found is not None
    assert (found.meaning, found.status) == ("unavailable", 503)


def test_what_a_command_prints_is_its_own_word() -> None:
    seen = index(
        pods=[pod(spec={"readinessProbe": {"exec": {"command": ["x"]}}})],
        events=[event("Unhealthy", "Readiness probe failed: redis: connection refused")],
    )
    found = probes.answer(seen, only(seen), "readiness")
    assert found is not None
    assert found.meaning == "command-failed"


def container(probe: dict[str, Any], **spec: Any) -> PodContainer:
    return only(index(pods=[pod(spec={"readinessProbe": probe, **spec})]))


def asked(of: PodContainer) -> Probe:
    found = probes.probe(of, "readiness")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        ({"httpGet": {"path": "/ok", "port": 80, "scheme": "HTTPS"}}, "GET https://:80/ok"),
        ({"httpGet": {"port": "web"}}, "GET http://:web/"),
        ({"tcpSocket": {"port": 5432}}, "a connection to port 5432"),
        ({"grpc": {"port": 9000}}, "gRPC health on port 9000"),
        ({"exec": {"command": ["x"]}}, "a command in the container"),
        ({}, "a command in the container"),
    ],
)
def test_what_it_asks_in_words(probe: dict[str, Any], words: str) -> None:
    assert probes.in_words(asked(container(probe))) == words


@pytest.mark.parametrize(
    ("probe", "ports", "word"),
    [
        ({"tcpSocket": {"port": 80}}, [{"containerPort": 80}], None),
        ({"tcpSocket": {"port": "80"}}, [{"containerPort": 80}], None),
        ({"tcpSocket": {"port": "web"}}, [{"containerPort": 80, "name": "web"}], None),
        ({"tcpSocket": {"port": "wbe"}}, [{"containerPort": 80, "name": "web"}], "name-missing"),
        ({"tcpSocket": {"port": "web"}}, [], "name-missing"),
        ({"tcpSocket": {"port": 81}}, [{"containerPort": 80}], "undeclared"),
        ({"tcpSocket": {"port": 81}}, [], None),
        ({"httpGet": {"port": 81, "host": "example.org"}}, [{"containerPort": 80}], None),
        ({"exec": {}}, [{"containerPort": 80}], None),
        ({"tcpSocket": {}}, [{"containerPort": 80}], None),
    ],
)
def test_whether_its_port_is_there(probe: dict[str, Any], ports: list[dict[str, Any]], word: str | None) -> None:
    of = container(probe, ports=ports)
    found = probes.port_fault(of, asked(of))
    assert (found and found[0]) == word


def test_a_port_of_another_container_is_named() -> None:
    spec = {"readinessProbe": {"tcpSocket": {"port": 90}}, "ports": [{"containerPort": 80}]}
    both = [{"name": "app", **spec}, {"name": "metrics", "ports": [{"containerPort": 90}]}]
    of = only(index(pods=[pod(pod_spec={"containers": both})]))
    found = probes.port_fault(of, asked(of))
    assert found is not None
    assert found[1].endswith("declares (80); container metrics declares 90")


PROXIED = {"httpGet": {"path": "/app-health/app/readyz", "port": 15020}, "periodSeconds": 7}


def behind_proxy(value: str) -> PodContainer:
    proxy = {"name": "istio-proxy", "env": [{"name": "ISTIO_KUBE_APP_PROBERS", "value": value}]}
    return only(index(pods=[pod(pod_spec={"containers": [{"name": "app", "readinessProbe": PROXIED}, proxy]})]))


def test_the_probe_that_istio_asks_in_its_place() -> None:
    value = json.dumps({"/app-health/app/readyz": {"httpGet": {"path": "/ok", "port": 80}, "timeoutSeconds": 3}})
    found = asked(behind_proxy(value))
    assert (probes.in_words(found), found.period_seconds) == ("GET http://:80/ok", 7)
    tcp = json.dumps({"/app-health/app/readyz": {"tcpSocket": {"port": 5432}}})
    assert probes.in_words(asked(behind_proxy(tcp))) == "a connection to port 5432"


@pytest.mark.parametrize("value", ["", "{", "[]", "{}", '{"/app-health/app/readyz": 3}'])
def test_a_proxy_that_does_not_tell_leaves_the_probe_as_it_is(value: str) -> None:
    assert probes.in_words(asked(behind_proxy(value))) == "GET http://:15020/app-health/app/readyz"


def unready(seconds: float | None, since: float | None, **status: Any) -> Index:
    conditions = [{"type": "Ready", "status": "False", "lastTransitionTime": ago(since)}] if since is not None else []
    spec = {"readinessProbe": {"tcpSocket": {"port": 1}, "initialDelaySeconds": 5, "periodSeconds": 10}}
    spec["startupProbe"] = {"tcpSocket": {"port": 1}, "periodSeconds": 10, "failureThreshold": 6}
    return index(pods=[pod({"state": running(seconds), **status}, spec, conditions=conditions)])


@pytest.mark.parametrize(
    ("ran", "since", "overdue"), [(300, 600, 265), (600, 300, 265), (20, 600, 0), (None, 300, 265), (None, None, 0)]
)
def test_how_long_readiness_is_overdue(ran: float | None, since: float | None, overdue: float) -> None:
    seen = unready(ran, since)
    assert probes.overdue_for(seen, only(seen)) == overdue


def test_nothing_is_overdue_that_need_not_be_ready() -> None:
    states: list[dict[str, Any]] = [{"ready": True}, {"started": False}, {"state": {"waiting": {}}}, {"state": {}}]
    for status in states:
        seen = unready(900, 900, **status)
        assert probes.overdue_for(seen, only(seen)) is None


def test_how_long_the_start_is_overdue() -> None:
    seen = unready(300, 600, started=False)
    assert probes.startup_overdue_for(seen, only(seen)) == 240
    begun = unready(300, 600, started=True)
    assert probes.startup_overdue_for(begun, only(begun)) is None


LIVENESS = {"tcpSocket": {"port": 1}, "initialDelaySeconds": 10, "periodSeconds": 10, "failureThreshold": 3}


@pytest.mark.parametrize(("ran", "expected"), [(45, True), (70, True), (5, False), (600, False), (None, False)])
def test_a_run_as_long_as_liveness_allows(ran: float | None, expected: bool) -> None:
    of = only(index(pods=[pod({"lastState": ended(60, ran)}, {"livenessProbe": LIVENESS})]))
    assert probes.killed_at_start(of) is expected
    with_startup = only(
        index(pods=[pod({"lastState": ended(60, ran)}, {"livenessProbe": LIVENESS, "startupProbe": {}})])
    )
    assert not probes.killed_at_start(with_startup)


FAILED = "Liveness probe failed: HTTP probe failed with statuscode: 500"


@pytest.mark.parametrize(
    ("code", "first", "last", "count", "words", "expected"),
    [
        (137, 120, 62, 3, "", True),
        (143, 120, 62, 3, "", True),
        (137, 120, 30, 9, "", True),  # the run after fails as well
        (137, 120, 62, 2, "", False),
        (1, 120, 62, 3, "", False),
        (137, 900, 800, 3, "", False),
        (137, 40, 30, 3, "", False),
        (1, 120, 62, 1, "Container app failed liveness probe, will be restarted", True),
        (137, 120, 62, 3, "Container app failed startup probe, will be restarted", False),
        (137, 120, 62, 3, "Stopping container app", False),
    ],
)
def test_who_ended_it(code: int, first: float, last: float, count: int, words: str, expected: bool) -> None:
    events = [event("Unhealthy", FAILED, first, last, count=count)]
    events += [event("Killing", words, 65)] if words else []
    state = ended(60, 300, exitCode=code, reason="Error")
    seen = index(pods=[pod({"lastState": state}, {"livenessProbe": LIVENESS})], events=events)
    assert probes.ended_by(seen, only(seen), "liveness") is expected
