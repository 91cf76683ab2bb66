import json
from collections.abc import Callable

import jsonschema
import msgspec
import pytest

from diag.finding import Finding, Report
from diag.report.json import ALERT_SCHEMA_FILE, SCHEMA_FILE, alert_schema, report_schema, to_json
from tests.report.samples import busy, finding, report

VALIDATOR = jsonschema.Draft202012Validator(json.loads(report_schema()))


def test_the_shipped_schema_is_the_generated_one() -> None:
    """After a change to the structs: `python -c "from diag.report.json import write_schemas; write_schemas()"`."""
    assert SCHEMA_FILE.read_bytes() == report_schema()
    assert ALERT_SCHEMA_FILE.read_bytes() == alert_schema()


@pytest.mark.parametrize("schema", [report_schema, alert_schema])
def test_a_schema_is_a_schema(schema: Callable[[], bytes]) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize("value", [report(), report(finding()), busy()], ids=["healthy", "one", "busy"])
def test_reports_satisfy_the_schema(value: Report) -> None:
    VALIDATOR.validate(json.loads(to_json(value)))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("schema",), "mondiag.report/v2"),
        (("taken_at",), None),
        (("findings", 0, "severity"), "bad"),
        (("findings", 0, "since"), 5),
        (("findings", 0, "fixes", 0, "risk"), "some"),
        (("gaps", 0, "why"), "unknown"),
        (("summary", "duration_ms"), "1"),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[str | int, ...], wrong: object) -> None:
    document = json.loads(to_json(busy()))
    place = document
    for step in path[:-1]:
        place = place[step]
    assert path[-1] in place or isinstance(path[-1], int)
    place[path[-1]] = wrong
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(document)


def test_evidence_says_where_it_is_from() -> None:
    document = json.loads(to_json(report(finding())))
    assert document["findings"][0]["evidence"][0] == {
        "field": "container.last_exit.reason",
        "operator": "is",
        "wanted": ["OOMKilled"],
        "value": "OOMKilled",
        "from": {"kind": "Pod", "name": "shop/web-7d4b9c-x2x4z/app", "path": "container.last_exit.reason"},
    }


def test_every_field_of_the_structs_is_in_the_schema() -> None:
    properties = json.loads(report_schema())["$defs"]["Finding"]["properties"]
    assert list(properties) == list(Finding.__struct_fields__)


def test_a_document_is_one_line_or_readable() -> None:
    compact, readable = to_json(busy()), to_json(busy(), indent=True)
    assert compact.count(b"\n") == 1
    assert readable.count(b"\n") > 100
    assert json.loads(compact) == json.loads(readable)


def test_a_report_survives_the_way_through_json() -> None:
    assert msgspec.json.decode(to_json(busy()), type=Report).findings[1].members == busy().findings[1].members
