from collections.abc import Sequence
from pathlib import Path

import pytest

from diag.cli import session
from diag.cli.demo import RECORDING
from diag.cli.main import main
from diag.errors import RecordingError, UsageError
from diag.facts.index import Key
from diag.live.cluster import ClusterFeed
from diag.live.recorded import RecordedFeed
from diag.model.kinds import BY_KIND
from diag.tui.app import SessionApp
from diag.tui.opening import Opening
from tests.tui.feeds import demo, view


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As if a person sat there, at home."""
    monkeypatch.setattr(session, "on_terminal", lambda: True)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def opened(terminal: None, monkeypatch: pytest.MonkeyPatch) -> list[SessionApp]:
    """The sessions that were opened, each of which is left at once."""
    apps: list[SessionApp] = []

    async def run(app: SessionApp) -> None:
        apps.append(app)

    monkeypatch.setattr(SessionApp, "run_async", run)
    return apps


def names(app: SessionApp) -> list[str]:
    return [feed.name for feed in app.feeds]


@pytest.mark.parametrize("arguments", [[], ["session"]])
def test_it_opens_the_current_context(opened: list[SessionApp], arguments: Sequence[str]) -> None:
    assert main(arguments) == 0
    (app,) = opened
    assert len(app.feeds) == 1
    assert isinstance(app.feeds[0], ClusterFeed)
    assert app.choice is not None
    assert app.scope_words == "ns all"


def test_contexts_are_opened_together_each_once(opened: list[SessionApp]) -> None:
    assert main(["--context", "a", "--context", "b", "--context", "a", "-n", "shop"]) == 0
    assert names(opened[0]) == ["a", "b"]
    assert opened[0].scope_words == "ns shop"


def test_a_recording_is_a_feed_that_names_itself(opened: list[SessionApp]) -> None:
    assert main(["--recording", f"{RECORDING}/"]) == 0
    (feed,) = opened[0].feeds
    assert isinstance(feed, RecordedFeed)
    assert feed.name == f"recording {Path(RECORDING).name}"
    assert opened[0].choice is None


def test_the_demo_opens_on_a_terminal(opened: list[SessionApp]) -> None:
    assert main(["demo"]) == 0
    assert "demo" in names(opened[0])[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--recording", "-"], "standard input is needed for the keys"),
        (["--recording", "/nowhere/at/all", "--context", "a"], "--context"),
        (["--at", "2026-01-01T00:00:00Z"], "--at is the time of a recording"),
        (["--open", "a/b/c/d"], "a/b/c/d"),
        (["--open", "pdo/web"], "pdo"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_flags_that_make_no_sense(
    opened: list[SessionApp], capsys: pytest.CaptureFixture[str], arguments: Sequence[str], said: str
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("arguments", [["session"], ["--context", "a"], ["--recording", RECORDING]])
def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> None:
    assert main(arguments) == 2
    out, error = capsys.readouterr()
    assert (out, error.count("\n")) == ("", 1)
    assert "needs a terminal" in error


def test_without_arguments_and_terminal_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    out, error = capsys.readouterr()
    assert "usage: mondiag" in out + error
    assert "session" in out + error


def test_it_has_help_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["session", "--help"]) == 0
    text = capsys.readouterr().out
    assert all(flag in text for flag in ("--context", "--recording", "--open", "--namespace", "--playbooks"))


def test_keys_with_faults_are_told_before_the_screen_opens(
    opened: list[SessionApp], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / ".config" / "mondiag" / "keys.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[keys]\n"app.qiut" = "x"\n"app.top" = 3\n')
    assert main([]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "did you mean 'app.quit'?" in lines[0]
    assert opened == []
    file.write_text('[keys]\n"app.top" = "x"\n')
    assert main([]) == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [(UsageError("no such context"), 2), (RecordingError("not a recording"), 2), (ValueError("x"), 70)],
)
def test_what_ends_it_early_is_its_exit_code(
    terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
) -> None:
    async def run(app: SessionApp) -> None:
        monkeypatch.setattr(SessionApp, "failure", error)

    monkeypatch.setattr(SessionApp, "run_async", run)
    assert main([]) == code
    assert str(error) in capsys.readouterr().err


def test_what_could_not_be_remembered_is_said(
    terminal: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(app: SessionApp) -> None:
        app.unsaved = "session.json cannot be written"

    monkeypatch.setattr(SessionApp, "run_async", run)
    assert main([]) == 0
    assert capsys.readouterr().err == "mondiag: session.json cannot be written\n"


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--open", "pod/postgres-0"], Opening(BY_KIND["Pod"], "", "postgres-0")),
        (["--open", "data/pod/postgres-0"], Opening(BY_KIND["Pod"], "data", "postgres-0")),
        (["--open", "pod/postgres-0", "-n", "data"], Opening(BY_KIND["Pod"], "data", "postgres-0")),
        (["--open", "pod/postgres-0", "-n", "data", "-n", "shop"], Opening(BY_KIND["Pod"], "", "postgres-0")),
        (["--open", "node/worker-1", "-n", "data"], Opening(BY_KIND["Node"], "", "worker-1")),
    ],
)
def test_the_object_to_begin_with(opened: list[SessionApp], arguments: Sequence[str], wanted: Opening) -> None:
    assert main(arguments) == 0
    found = opened[0]._opening
    assert found is not None
    assert vars(found) == vars(wanted)
    target = found.find([view(demo())])
    assert target is not None
    assert target.key.kind in ("Pod", "Node")
    assert isinstance(target.key, Key)
