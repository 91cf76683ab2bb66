from pathlib import Path

import pytest

from diag.errors import KubeconfigError, UsageError
from diag.kube import choice

GOOD = """
apiVersion: v1
kind: Config
current-context: {name}
contexts:
- {{name: {name}, context: {{cluster: {name}, user: {name}, namespace: {name}-ns}}}}
- {{name: both, context: {{cluster: {name}, user: {name}}}}}
clusters:
- {{name: {name}, cluster: {{server: "https://{name}:6443", certificate-authority: ca.crt}}}}
users:
- {{name: {name}, user: {{tokenFile: ../token, exec: {{apiVersion: v1, command: ./login, args: null}}}}}}
"""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / name / "config", GOOD.format(name=name)) for name in ("first", "second")]


def test_the_first_file_decides(two: list[Path]) -> None:
    merged = choice.load(two)
    assert choice.choose(merged, None).context == "first"
    assert choice.choose(merged, "both").cluster.server == "https://first:6443"
    assert choice.choose(merged, "second").namespace == "second-ns"
    assert choice.choose(merged, "both").namespace == "default"


def test_paths_start_at_their_own_file(two: list[Path]) -> None:
    chosen = choice.choose(choice.load(two), "second")
    folder = two[1].parent
    assert chosen.cluster.certificate_authority == str(folder / "ca.crt")
    assert Path(chosen.user.token_file).resolve() == folder.parent / "token"
    assert chosen.user.exec
    assert chosen.user.exec.command == str(folder / "login")


def test_listed_files_that_do_not_exist_are_passed_over(
    two: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path}/nothing:{two[1]}::{two[0]}")
    assert choice.find(None) == [two[1], two[0]]
    assert choice.choose(choice.load(choice.find(None)), None).context == "second"


def test_the_file_at_home_is_the_default(tmp_path: Path) -> None:
    assert choice.find(None) == []
    (tmp_path / "home").mkdir()
    config = write(tmp_path / "home" / ".kube" / "config", GOOD.format(name="home"))
    assert choice.find(None) == [config]


def test_a_named_file_has_to_exist_and_stands_alone(
    two: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(two[0]))
    assert choice.find(str(two[1])) == [two[1]]
    with pytest.raises(UsageError, match="nothing: no such file"):
        choice.find(str(tmp_path / "nothing"))


def test_an_unknown_context_is_named_with_those_that_exist(two: list[Path]) -> None:
    with pytest.raises(UsageError, match=r"--context third: .* has no such context \(it has: both, first, second\)"):
        choice.choose(choice.load(two), "third")


def test_an_empty_file_does_no_harm_beside_another(two: list[Path], tmp_path: Path) -> None:
    empty = write(tmp_path / "empty", "")
    assert choice.choose(choice.load([empty, two[0]]), None).context == "first"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("# nothing but a comment", "is empty"),
        ("a: b: c", "is not YAML: line 1: mapping values"),
        ("\x00", "is not YAML"),
        ("just words", "is not a valid kubeconfig: Expected `object`"),
        ("[1, 2]", "is not a valid kubeconfig"),
        ("kind: Deployment", "is not a kubeconfig: its kind is Deployment"),
        (
            "clusters: [{name: c, cluster: {server: [1]}}]",
            "is not a valid kubeconfig: Expected `str`, got `array`",
        ),
        ("users: [{user: {}}]", "missing required field `name`"),
        ("{}", "has no current context: choose one with --context"),
        ("users: null", r"has no current context.*it has: none"),
        ("current-context: gone", "has no context 'gone', which it calls current"),
        (
            "{current-context: a, contexts: [{name: a, context: {cluster: gone}}]}",
            "the cluster 'gone', which is not",
        ),
        (
            "{current-context: a, contexts: [{name: a, context: {cluster: c, user: gone}}],"
            " clusters: [{name: c, cluster: {server: 'https://c'}}]}",
            "names the user 'gone', which is not there",
        ),
        (
            "{current-context: a, contexts: [{name: a, context: {cluster: c}}],"
            " clusters: [{name: c, cluster: {server: 'c:6443'}}]}",
            "its server 'c:6443' has to begin with https://",
        ),
    ],
)
def test_a_broken_file_is_one_plain_line(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path / "config", text)
    with pytest.raises(KubeconfigError, match=words) as caught:
        choice.choose(choice.load([path]), None)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_directory_is_no_kubeconfig(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="cannot be read: Is a directory"):
        choice.load([tmp_path])


def test_numbers_and_dates_are_text(tmp_path: Path) -> None:
    text = """{current-context: 1, contexts: [{name: 1, context: {cluster: 2026-01-01, user: 3, namespace: 007}}],
    clusters: [{name: 2026-01-01, cluster: {server: "https://c", insecure-skip-tls-verify: true}}],
    users: [{name: 3, user: {token: 0123e4, password: null}}]}"""
    chosen = choice.choose(choice.load([write(tmp_path / "config", text)]), None)
    assert (chosen.context, chosen.namespace, chosen.user.token) == ("1", "007", "0123e4")
    assert chosen.cluster.insecure_skip_tls_verify
