"""What is known of the service behind a webhook when just some namespaces were asked for."""

import json

import pytest

from diag.facts.index import Index
from diag.facts.webhooks import webhooks
from diag.model.decode import Decoder
from diag.model.snapshot import Scope, Snapshot
from diag.playbook.fields.webhook import FIELDS
from tests.facts.pod_samples import NOW

PLURAL = "validatingwebhookconfigurations"
CONFIGURATION = {
    "metadata": {"name": "policy"},
    "webhooks": [{"name": "check.policy", "clientConfig": {"service": {"namespace": "policy", "name": "check"}}}],
}


@pytest.mark.parametrize(
    ("namespaces", "missing"),
    [((), True), (("policy",), True), (("shop", "policy"), True), (("shop",), None)],
)
def test_a_service_of_another_namespace_is_not_missing(namespaces: tuple[str, ...], missing: bool | None) -> None:
    records = Decoder().decode(PLURAL, json.dumps([CONFIGURATION]).encode())
    snapshot = Snapshot(taken_at=NOW, objects={PLURAL: records, "services": []}, scope=Scope(namespaces))
    (webhook,) = webhooks(records[0])
    assert FIELDS["service_missing"].get(Index(snapshot), webhook) is missing
