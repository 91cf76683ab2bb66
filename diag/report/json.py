"""Reports and explanations as JSON, and the JSON Schema of reports, generated from the structs themselves."""

from pathlib import Path
from typing import Any

import msgspec

from diag.finding import SCHEMA, Explanation, Report

SCHEMA_FILE = Path(__file__).with_name("report.v1.json")


def to_json(value: Report | Explanation, indent: bool = False) -> bytes:
    """The value as one JSON document that ends with a newline; `indent` makes it readable."""
    document = msgspec.json.encode(value)
    return (msgspec.json.format(document, indent=2) if indent else document) + b"\n"


def report_schema() -> bytes:
    """The JSON Schema (2020-12) of a report."""
    schema = _tidy(msgspec.json.schema(Report))
    schema["$defs"]["Report"]["properties"]["schema"] = {"const": SCHEMA}
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:mondiag:report:v1",
        "title": "What `mondiag scan --json` prints. Fields are added, never renamed, within v1.",
    }
    return msgspec.json.format(msgspec.json.encode(head | schema), indent=2) + b"\n"


def write_schema() -> None:
    """Write the schema beside this module, where the program ships it."""
    SCHEMA_FILE.write_bytes(report_schema())


def _tidy(value: Any) -> Any:
    """Descriptions come from docstrings, with the line breaks and the indentation of the source."""
    if isinstance(value, dict):
        return {
            key: " ".join(item.split()) if key == "description" and isinstance(item, str) else _tidy(item)
            for key, item in value.items()
        }
    return [_tidy(item) for item in value] if isinstance(value, list) else value
