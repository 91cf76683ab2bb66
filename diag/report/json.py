"""Results as JSON, and the JSON Schemas of reports and answers to alerts, generated from the structs themselves."""

from pathlib import Path
from typing import Any

import msgspec

from diag.alerts.answer import SCHEMA as ALERT_SCHEMA
from diag.alerts.answer import AlertReport
from diag.finding import SCHEMA, Report

SCHEMA_FILE = Path(__file__).with_name("report.v1.json")
ALERT_SCHEMA_FILE = Path(__file__).with_name("alert.v1.json")


def to_json(value: msgspec.Struct, indent: bool = False) -> bytes:
    """The value as one JSON document that ends with a newline; `indent` makes it readable."""
    document = msgspec.json.encode(value)
    return (msgspec.json.format(document, indent=2) if indent else document) + b"\n"


def report_schema() -> bytes:
    """The JSON Schema (2020-12) of a report."""
    return _schema("report", {Report: SCHEMA}, "mondiag scan --json")


def alert_schema() -> bytes:
    """The JSON Schema (2020-12) of the answers to alerts."""
    return _schema("alert", {AlertReport: ALERT_SCHEMA, Report: SCHEMA}, "mondiag alert --json")


def write_schemas() -> None:
    """Write the schemas beside this module, where the program ships them."""
    SCHEMA_FILE.write_bytes(report_schema())
    ALERT_SCHEMA_FILE.write_bytes(alert_schema())


def _schema(name: str, documents: dict[type[msgspec.Struct], str], command: str) -> bytes:
    """The schema of the first of these structs, each of which says what it is in its field `schema`."""
    schema = _tidy(msgspec.json.schema(next(iter(documents))))
    for struct, what in documents.items():
        schema["$defs"][struct.__name__]["properties"]["schema"] = {"const": what}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:mondiag:{name}:v1",
        "title": f"What `{command}` prints. Fields are added, never renamed, within v1.",
    }
    return msgspec.json.format(msgspec.json.encode(head | schema), indent=2) + b"\n"


def _tidy(value: Any) -> Any:
    """Descriptions come from docstrings, with the line breaks and the indentation of the source."""
    if isinstance(value, dict):
        return {
            key: " ".join(item.split()) if key == "description" and isinstance(item, str) else _tidy(item)
            for key, item in value.items()
        }
    return [_tidy(item) for item in value] if isinstance(value, list) else value
