"""The recorded cases of other projects, which lie beside the checkout: every one of them is read."""

import json
from pathlib import Path

import pytest

import diag
from diag.model.kinds import KINDS
from tests.sources.samples import load

CASES = Path(diag.__file__).parent.parent.parent / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason="the recorded cases are not beside the checkout")
def test_every_recorded_case_is_read() -> None:
    files = [CASES / json.loads(line)["file"] for line in (CASES / "cases.jsonl").read_text().splitlines()]
    assert len(files) == 318
    for file in files:
        snapshot = load(file)
        assert any(snapshot.objects.values()) or [gap for gap in snapshot.gaps if gap.why == "skipped"], file
        assert snapshot.taken_at.tzinfo is not None
        assert {gap.what for gap in snapshot.gaps} >= {k.resource for k in KINDS if k.plural not in snapshot.objects}
