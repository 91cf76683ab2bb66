import argparse
from datetime import UTC, datetime

import pytest

from diag.cli import options
from diag.errors import UsageError
from diag.model.snapshot import Scope


@pytest.fixture
def parser() -> options.Parser:
    made = options.Parser(prog="mondiag scan")
    options.add_source(made)
    return made


@pytest.mark.parametrize(
    ("arguments", "scope"),
    [
        ([], Scope()),
        (["-A"], Scope()),
        (["-n", "a", "--namespace", "b", "--namespace=a"], Scope(("a", "b"))),
        (["-n", "a", "-A"], Scope()),
        (["-l", "app=web,tier!=db"], Scope((), "app=web,tier!=db")),
        (["--selector", "app", "-na"], Scope(("a",), "app")),
    ],
)
def test_the_scope_is_given_as_for_kubectl(parser: options.Parser, arguments: list[str], scope: Scope) -> None:
    assert options.scope(parser.parse_args(arguments)) == scope


def test_defaults_ask_for_the_current_context_and_a_minute(parser: options.Parser) -> None:
    flags = parser.parse_args([])
    assert (flags.context, flags.kubeconfig, flags.impersonate, flags.chunk_size) == (None, None, None, None)
    assert (flags.timeout, flags.max_logs, flags.recording, flags.playbooks) == (60, 50, None, [])


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("2m", 120), ("0", None), ("0s", None)])
def test_timeouts(text: str, seconds: float | None) -> None:
    assert options.duration(text) == seconds


def test_times_need_an_offset() -> None:
    assert options.moment("2025-11-22T03:12:44Z") == datetime(2025, 11, 22, 3, 12, 44, tzinfo=UTC)
    for wrong in ("2025-11-22T03:12:44", "noon", ""):
        with pytest.raises(argparse.ArgumentTypeError, match="is not a time like"):
            options.moment(wrong)


def test_flags_are_not_abbreviated(parser: options.Parser) -> None:
    with pytest.raises(UsageError, match="unrecognized arguments: --name"):
        parser.parse_args(["--name", "a"])


def test_kubectls_way_of_paging_is_taken(parser: options.Parser) -> None:
    assert parser.parse_args(["--chunk-size", "0"]).chunk_size == 0
    assert parser.parse_args(["--chunk-size=500"]).chunk_size == 500
