import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from diag.facts.complaint_rules import RULES, WORDS
from diag.facts.complaints import Complaint, classify, telling

# (kind, whom or what, line)
LINES = [
    (kind, about, line)
    for kind, rows in yaml.safe_load(Path(__file__).with_name("complaints.yaml").read_text()).items()
    for about, line in rows
]
REFUSED = "dial tcp 10.96.14.3:5432: connect: connection refused"


@pytest.mark.parametrize(("kind", "about", "line"), LINES)
def test_what_each_line_says_and_whom_it_names(kind: str, about: str, line: str) -> None:
    assert classify(line) == Complaint(kind, about, line)


@pytest.mark.parametrize("kind", sorted({rule.kind for rule in RULES}))
def test_each_kind_has_words_and_a_line(kind: str) -> None:
    assert kind in WORDS
    assert kind in {known for known, _, _ in LINES}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "listening on port 8080",
        "GET /health 200 3ms",
        "Migration 0042 applied",
        "connected to db:5432",
        "exit status 1",
        "npm ERR! code 1",
        "2026-01-10T12:00:00Z Server started",
    ],
)
def test_a_line_that_complains_of_nothing(line: str) -> None:
    assert classify(line) is None


def said(*lines: str) -> tuple[str, str] | None:
    found = telling("\n".join(lines))
    return (found.kind, found.about) if found else None


@pytest.mark.parametrize(
    "line",
    [
        f"INFO {REFUSED}, will be tried again",
        f"2026-01-10 12:00:00,000 [main] DEBUG c.e.App - {REFUSED}",
        f"I0110 12:00:00.000000       1 main.go:3] {REFUSED}",
        f'ts=2026-01-10T12:00:00Z caller=main.go:1 level=info err="{REFUSED}"',
        f'time=2026-01-10T12:00:00Z level=DEBUG msg="{REFUSED}"',
        json.dumps({"level": "info", "msg": REFUSED}),
        json.dumps({"level": 30, "msg": REFUSED}),
        f"info: App[0] {REFUSED}",
        "retry succeeded after connection refused",
        "HINT:  Is another server already running: address already in use?",
        "[Note] connection refused for a moment",
    ],
)
def test_a_line_that_is_no_error_by_its_level_tells_nothing(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize(
    "line",
    [
        f"ERROR {REFUSED}",
        f"E0110 12:00:00.000000       1 main.go:3] {REFUSED}",
        f"F0110 12:00:00.000000       1 main.go:3] {REFUSED}",
        f'level=fatal msg="{REFUSED}"',
        json.dumps({"level": "error", "msg": "cannot start", "error": REFUSED}),
        json.dumps({"level": 60, "err": {"type": "Error", "message": REFUSED, "stack": "Error: x\n  at y"}}),
        json.dumps({"severity": "ERROR", "message": REFUSED}),
        json.dumps({"@l": "Error", "@m": REFUSED}),
        f"\x1b[31mERROR\x1b[0m {REFUSED}",
        f"\ufffd[31mERROR\ufffd[0m {REFUSED}",
        f"fail: App[0] {REFUSED}",
        REFUSED,
    ],
)
def test_a_line_that_is_an_error_by_its_level_or_has_none_tells(line: str) -> None:
    assert said(line) == ("connection-refused", "10.96.14.3:5432")


def test_the_last_error_counts() -> None:
    assert said(REFUSED, "open /etc/app.yaml: no such file or directory") == ("no-such-file", "/etc/app.yaml")


def test_what_is_tried_again_counts_only_where_nothing_else_is_said() -> None:
    again = f"WARN {REFUSED}, retrying in 1s"
    assert said(again, "KeyError: 'DB_HOST'") == ("missing-setting", "DB_HOST")
    assert said("KeyError: 'DB_HOST'", again) == ("missing-setting", "DB_HOST")
    assert said(again, again, "giving up") == ("connection-refused", "10.96.14.3:5432")


def test_what_was_mended_since_does_not_count() -> None:
    assert said(f"WARN {REFUSED}, retrying", "INFO connected to db", "panic: odd") == ("exception", "")


def test_words_of_success_that_are_denied_are_no_success() -> None:
    assert said(f"WARN {REFUSED}, retrying", "not connected to db") == ("connection-refused", "10.96.14.3:5432")


def test_an_end_that_names_no_cause_gives_way_to_one_shortly_before() -> None:
    assert said(f"ERROR {REFUSED}", "panic: giving up", "", "goroutine 1 [running]:") == (
        "connection-refused",
        "10.96.14.3:5432",
    )


def test_an_end_that_names_no_cause_counts_against_one_long_before() -> None:
    assert said(f"ERROR {REFUSED}", *["working"] * 40, "panic: odd") == ("exception", "")


def test_an_error_long_before_the_end_is_not_looked_at() -> None:
    assert said(f"ERROR {REFUSED}", *["working"] * 100) is None


def test_the_frames_of_a_stack_are_not_counted() -> None:
    frames = [f"\tat com.example.Service{n}.call(Service.java:{n})" for n in range(90)]
    assert said("Caused by: java.net.UnknownHostException: db", *frames) == ("unknown-host", "db")


def test_the_line_that_names_whom_is_shown_where_the_last_names_nobody() -> None:
    named = "org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname is correct"
    found = telling(f"{named}\n\tat x.y(Z.java:1)\nCaused by: java.net.ConnectException: Connection refused")
    assert found == Complaint("connection-refused", "db:5432", named)


@pytest.mark.parametrize(
    "line", ["[FATAL] plugin/loop: Loop detected", 'level=error msg="it broke"', "F0110 12:00:00.0 1 x.go:1] no"]
)
def test_an_error_that_is_not_known_is_shown_all_the_same(line: str) -> None:
    assert telling(f"starting\n{line}\nbye") == Complaint("error", "", line)
    assert said("open /x: no such file or directory", line) == ("no-such-file", "/x")


def test_nothing_is_said() -> None:
    assert telling("") is None
    assert telling("working\nworking\n") is None


@pytest.mark.parametrize(
    "line", ["{", '{"level": []}', '{"msg": null}', "[" * 3000, '{"a":' * 3000, "{}", '{"msg": 3}']
)
def test_odd_lines(line: str) -> None:
    assert telling(line) is None
    assert classify(line) is None


@given(
    st.text()
    | st.from_regex(r"(dial tcp |lookup |: |/|'|\"|http://|connection refused| no such host|[a-z0-9.:]){0,40}")
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    classify(text)
    telling(text)
