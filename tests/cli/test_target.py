import re

import pytest

from diag.cli.target import Target, parse_kind, parse_target
from diag.errors import UsageError
from diag.model.kinds import BY_PLURAL, KINDS, SHORT_NAMES


@pytest.mark.parametrize(
    ("text", "plural", "namespace", "name"),
    [
        ("web-1", "pods", "", "web-1"),
        ("pod/web-1", "pods", "", "web-1"),
        ("shop/deploy/web", "deployments", "shop", "web"),
        ("deployments.apps/web", "deployments", "", "web"),
        ("Deployment.apps/web", "deployments", "", "web"),
        ("persistentvolumeclaim/data", "persistentvolumeclaims", "", "data"),
        ("pvc/data", "persistentvolumeclaims", "", "data"),
        ("no/worker-1", "nodes", "", "worker-1"),
    ],
)
def test_objects_are_written_as_for_kubectl(text: str, plural: str, namespace: str, name: str) -> None:
    assert parse_target(text) == Target(BY_PLURAL[plural], namespace, name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not name an object"),
        ("pod/", "does not name an object"),
        ("a/b/c/d", "does not name an object"),
        ("secret/x", "'secret' is not a kind that mondiag reads; it reads apiservice, certificatesigningrequest,"),
        ("shop/node/x", "a Node is in no namespace: write node/x"),
    ],
)
def test_what_names_no_object_is_an_error(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        parse_target(text)


def test_every_kind_is_found_by_all_its_names() -> None:
    for kind in KINDS:
        assert parse_kind(kind.plural) == parse_kind(kind.kind) == parse_kind(kind.resource) == kind
    assert {parse_kind(short).plural for short in SHORT_NAMES} == set(SHORT_NAMES.values())
