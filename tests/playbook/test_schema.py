import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from diag.playbook.build import _KEYS, Builder
from diag.playbook.load import built_in, files, shown
from diag.playbook.schema import FILE, schema
from diag.playbook.source import Source, read
from tests.playbook.samples import CAUSE, NOT_READY

DOCUMENT = json.loads(schema())
VALIDATOR = jsonschema.Draft202012Validator(DOCUMENT)
GOOD: dict[str, Any] = {
    "schema": "mondiag/v1",
    "id": "one",
    "title": "One",
    "severity": "high",
    "subject": "container",
    "match": NOT_READY,
    "causes": [CAUSE],
}
SET_IMAGE = {"id": "a", "title": "A", "risk": "disruptive", "do": "set_image", "with": {"container": "a", "image": "b"}}


def test_the_file_is_what_is_generated() -> None:
    assert (built_in() / FILE).read_bytes() == schema(), (
        "run: mondiag playbook schema > playbooks/schema/playbook.v1.json"
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(DOCUMENT)


@pytest.mark.parametrize("file", list(files(built_in())), ids=lambda file: file.stem)
def test_the_built_in_playbooks_validate(file: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(read(file, shown(file)).value)] == []


def test_it_has_the_keys_that_are_read() -> None:
    defined = {"playbook": DOCUMENT, **DOCUMENT["$defs"]}
    assert {name: set(defined[name]["properties"]) for name in _KEYS} == _KEYS


def with_match(kind: str, terms: Any) -> dict[str, Any]:
    return {**GOOD, "match": {"all": [{kind: terms}]}}


def with_fix(**fix: Any) -> dict[str, Any]:
    return {**GOOD, "causes": [{**CAUSE, "fix": [fix]}]}


@pytest.mark.parametrize(
    "value",
    [
        GOOD,
        with_match("container", {"last_exit.age|lt": "1h30m", "memory_limit|gte": ["128Mi", 5], "ready|exists": True}),
        with_match("pod", {"claims|matches": "^x$", "phase": ["Pending", "Unknown"]}),
        with_match("any", [{"container": {"restart_count|gt": 3}}]),
        with_fix(**SET_IMAGE),
        with_fix(id="a", title="A", risk="none", manual="By hand."),
        {**GOOD, "not_when": [{"pod": {"terminating": True}}]},
    ],
)
def test_it_allows_what_the_program_allows(value: dict[str, Any]) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(value)] == []
    assert faults(value) == []


@pytest.mark.parametrize(
    "value",
    [
        {**GOOD, "schema": "mondiag/v2"},
        {**GOOD, "id": "No Id"},
        {**GOOD, "severity": "severe"},
        {**GOOD, "titel": "x"},
        {**GOOD, "match": {"all": []}},
        {**GOOD, "match": {"all": [{}]}},
        {**GOOD, "causes": []},
        {key: value for key, value in GOOD.items() if key != "title"},
        with_match("container", {}),
        with_match("container", {"redy": False}),
        with_match("container", {"ready": "no"}),
        with_match("container", {"ready|gt": 1}),
        with_match("container", {"image": 1.2}),
        with_match("container", {"image": []}),
        with_match("container", {"last_exit.age|lt": 60}),
        with_match("container", {"memory_limit|lt": "1Zi"}),
        with_match("container", {"restart_count|is_not": 1}),
        with_match("containr", {"ready": False}),
        with_fix(id="a", title="A", risk="none"),
        with_fix(id="a", title="A", risk="none", manual="By hand.", **{"with": {"image": "x"}}),
        with_fix(**{**SET_IMAGE, "risk": "none"}),
        with_fix(**{**SET_IMAGE, "with": {"container": "a"}}),
        with_fix(**{**SET_IMAGE, "do": "set_imag"}),
        with_fix(**{**SET_IMAGE, "manual": "By hand."}),
    ],
)
def test_it_refuses_what_the_program_refuses(value: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(value)
    assert faults(value) != []


def faults(value: dict[str, Any]) -> list[str]:
    builder = Builder(Source("a.yaml", value, {}, ()), False)
    builder.build()
    return builder.faults
