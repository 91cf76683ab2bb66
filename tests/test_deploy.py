"""The ClusterRole in `deploy/` gives exactly what a scan reads."""

from pathlib import Path

import yaml

from diag.model.kinds import KINDS

ROLE = Path(__file__).parents[1] / "deploy" / "reader.yaml"


def test_the_role_lists_the_kinds_that_are_read_and_no_others() -> None:
    rules = yaml.safe_load(ROLE.read_text())["rules"]
    given = {
        (group, plural)
        for rule in rules
        if rule["verbs"] == ["list"]
        for group in rule["apiGroups"]
        for plural in rule["resources"]
    }
    measured = {("metrics.k8s.io", "nodes"), ("metrics.k8s.io", "pods")}
    assert given == {(kind.group, kind.plural) for kind in KINDS} | measured


def test_the_role_can_write_nothing_and_read_no_secret() -> None:
    rules = yaml.safe_load(ROLE.read_text())["rules"]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"list", "get"}
    assert {plural for rule in rules if "get" in rule["verbs"] for plural in rule["resources"]} == {"pods/log"}
    assert not {"secrets"} & {plural for rule in rules for plural in rule["resources"]}


def test_the_role_for_the_session_watches_and_gets_the_same_kinds() -> None:
    rules = yaml.safe_load((ROLE.parent / "session.yaml").read_text())["rules"]
    assert all(rule["verbs"] == ["get", "watch"] for rule in rules)
    given = {(group, plural) for rule in rules for group in rule["apiGroups"] for plural in rule["resources"]}
    assert given == {(kind.group, kind.plural) for kind in KINDS}


def test_the_role_for_prometheus_only_gets_through_the_proxy() -> None:
    role = yaml.safe_load((ROLE.parent / "reader-prometheus.yaml").read_text())
    assert role["rules"] == [{"apiGroups": [""], "resources": ["services/proxy"], "verbs": ["get"]}]
    assert role["kind"] == "Role"
