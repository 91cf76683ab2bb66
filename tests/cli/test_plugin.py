from typing import Any

import pytest
import yaml

from diag.cli.main import main
from diag.cli.plugin import CLUSTER_WIDE, NAMESPACED
from diag.cli.target import parse_target
from diag.model.kinds import BY_PLURAL

COMMON = ["KUBECONFIG=$KUBECONFIG", "mondiag", "--context", "$CONTEXT"]
# What k9s takes in a plugin (its JSON schema, internal/config/json/schemas/plugins.json), as far as it is used.
REQUIRED = {"shortCut", "description", "scopes", "command"}
OPTIONAL = {"args", "confirm", "background"}


@pytest.fixture
def plugins(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    assert main(["plugin", "k9s"]) == 0
    document = yaml.safe_load(capsys.readouterr().out)
    assert set(document) == {"plugins"}
    found: dict[str, dict[str, Any]] = document["plugins"]
    return found


def test_each_argument(plugins: dict[str, dict[str, Any]]) -> None:
    args = {name: plugin["args"] for name, plugin in plugins.items()}
    assert args == {
        "mondiag": [*COMMON, "-n", "$NAMESPACE", "--open", "$RESOURCE_NAME/$NAME"],
        "mondiag-container": [*COMMON, "-n", "$NAMESPACE", "--open", "pods/$POD"],
        "mondiag-cluster-wide": [*COMMON, "--open", "$RESOURCE_NAME/$NAME"],
    }


def test_each_plugin_is_what_k9s_takes(plugins: dict[str, dict[str, Any]]) -> None:
    for plugin in plugins.values():
        assert set(plugin) == REQUIRED | OPTIONAL
        assert (plugin["command"], plugin["shortCut"]) == ("env", "Shift-W")
        assert not plugin["confirm"]
        assert not plugin["background"]
        assert all(isinstance(text, str) for text in (*plugin["args"], *plugin["scopes"]))


def test_no_two_plugins_share_a_view_for_they_share_a_key(plugins: dict[str, dict[str, Any]]) -> None:
    scopes = [scope for plugin in plugins.values() for scope in plugin["scopes"]]
    assert len(scopes) == len(set(scopes))
    assert {"pods", "deployments", "jobs", "persistentvolumeclaims", "nodes", "containers"} <= set(scopes)


def test_the_namespace_is_given_for_what_is_in_one() -> None:
    assert all(BY_PLURAL[plural].namespaced for plural in NAMESPACED)
    assert not any(BY_PLURAL[plural].namespaced for plural in CLUSTER_WIDE)


@pytest.mark.parametrize("plural", [*NAMESPACED, *CLUSTER_WIDE])
def test_what_k9s_fills_in_names_an_object(plural: str) -> None:
    target = parse_target(f"{plural}/x-1")
    assert (target.kind.plural, target.name) == (plural, "x-1")


def test_other_programs_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plugin", "vim"]) == 2
    assert "k9s" in capsys.readouterr().err
