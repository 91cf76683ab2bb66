from typing import Any, Literal

import msgspec
import pytest

from diag.model.meta import Time
from diag.playbook.build import Builder
from diag.playbook.source import read
from diag.playbook.wording import plain
from tests.playbook.samples import CAUSE, NOT_READY, write


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    cause: str
    texts: list[str] | None = None
    expect: Literal["none"] | dict[str, Any] = "none"
    at: Time | None = None
    more: Literal["a"] = "a"


@pytest.mark.parametrize(
    ("value", "key", "told"),
    [
        ({"cause": "a", "text": []}, "", "there is no key 'text' here; did you mean 'texts'?"),
        ({}, "", "'cause' is needed"),
        ({"cause": "a", "texts": "b"}, "texts", "a list is wanted here, not text"),
        ({"cause": None}, "cause", "text is wanted here, not nothing"),
        ({"cause": "a", "expect": 5}, "expect", "text or a mapping is wanted here, not a whole number"),
        ({"cause": "a", "expect": "hit"}, "expect", "'expect' is one of none, unseen, or a mapping with 'cause'"),
        ({"cause": "a", "at": "noon"}, "at", "'at' is a time in quotes, like \"2026-01-10T12:00:00Z\""),
        ({"cause": "a", "more": "b"}, "more", "Invalid enum value 'b'"),
    ],
)
def test_what_the_decoder_complains_about_is_told_plainly(value: dict[str, Any], key: str, told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        msgspec.convert(value, _Written)
    assert plain(str(raised.value).partition(" - at ")[0], key, _Written) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a:\n\tb: 1\n", "indent with blanks, not tabs"),
        ("a: b: c\n", "put text with ': ' in quotes"),
        ("a:\n  - b: {c} d\n", "put text that begins with { or [ in quotes"),
        ('a: "\\d"\n', "put text with \\ in single quotes"),
    ],
)
def test_what_is_not_yaml_is_told_with_what_is_mostly_behind_it(tmp_path: Any, text: str, told: str) -> None:
    file = write(tmp_path, one=text) / "one.yaml"
    (fault,) = read(file, "one.yaml").faults
    assert told in fault


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"match": {"all": [{"container": {"restart_count > 3": 1}}]}}, "operators stand behind |, such as"),
        ({"match": {"all": [{"container": {"zzz": 1}}]}}, "no field 'zzz'; `mondiag playbook docs` has all"),
        ({"title": "Look at {name}"}, "{name} says not of what: write it like {container.name}"),
        ({"cases": []}, "is a test by what is in it: name it ID.test.yaml"),
    ],
)
def test_slips_of_newcomers_are_told_with_what_to_write(tmp_path: Any, changed: dict[str, Any], told: str) -> None:
    value = {"schema": "mondiag/v1", "id": "one", "title": "One", "severity": "high", "subject": "container"}
    text = msgspec.yaml.encode({**value, "match": NOT_READY, "causes": [CAUSE], **changed}).decode()
    builder = Builder(read(write(tmp_path, one=text) / "one.yaml", "one.yaml"), False)
    assert builder.build() is None
    assert len(builder.faults) == 1
    assert told in builder.faults[0]


def test_braces_that_are_no_placeholder_are_left_alone(tmp_path: Any) -> None:
    diagnose = [{"title": "Look at ${HOME} and {{name}}", "command": "kubectl get pods -o jsonpath='{range}{end}'"}]
    value = {"schema": "mondiag/v1", "id": "one", "title": "One", "severity": "high", "subject": "container"}
    text = msgspec.yaml.encode({**value, "match": NOT_READY, "causes": [CAUSE], "diagnose": diagnose}).decode()
    assert Builder(read(write(tmp_path, one=text) / "one.yaml", "one.yaml"), False).build() is not None
