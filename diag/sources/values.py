"""From text to plain values: JSON documents one after another, or YAML documents, as far as the text goes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from diag.model.text import clean_text

# What kubectl prints is some twenty levels deep; the C loader recurses without a bound of its own.
_DEEPEST = 200
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_LIST_KIND = re.compile(r'"kind"\s*:\s*"(\w+)List"')
_SPACE = re.compile(r"\s*")
_COMMA = re.compile(r"[\s,]*")


class CutOff(ValueError):
    """The text ends too early or makes no sense from some point on; raised after all that is whole was yielded."""


def text_values(text: str) -> Iterator[Any]:
    """The values of all documents in a text, JSON or YAML. Raises CutOff behind the last whole one.

    Of a list that is cut off, each whole item counts as a value.
    """
    return _json_values(text) if text.lstrip()[:1] in ("{", "[") else _yaml_values(text)


def _json_values(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    at = _skip(_SPACE, text, 0)
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield from _whole_items(decoder, text, at)
            raise CutOff(str(error)) from error
        yield value
        at = _skip(_SPACE, text, at)


def _whole_items(decoder: json.JSONDecoder, text: str, at: int) -> Iterator[Any]:
    opening = _ITEMS.search(text, at)
    if opening is None and text[at] != "[":
        return
    named = _LIST_KIND.search(text, at, opening.start()) if opening else None
    at = _skip(_COMMA, text, opening.end() if opening else at + 1)
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield {"kind": named.group(1), **value} if named and isinstance(value, dict) else value
        at = _skip(_COMMA, text, at)


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


class _Loader(yaml.CSafeLoader):
    """Times stay text, as in JSON."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _yaml_values(text: str) -> Iterator[Any]:
    text = clean_text(text.replace("\r\n", "\n"))
    end = _sound_until(text)
    try:
        for value in yaml.load_all(text[:end], _Loader):
            whole = value if end < len(text) else _without_cut_item(value)
            yield whole
            if whole is not value:
                raise CutOff("a list without its kind, which kubectl prints last")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CutOff(str(error)) from error
    if end < len(text):
        raise CutOff("malformed YAML")


def _sound_until(text: str) -> int:
    """The length of the part of a YAML text that can be loaded; raises CutOff for what no loader should touch."""
    depth = 0
    try:
        for event in yaml.parse(text, _Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            # aliases could make a small file fill the memory, and kubectl prints none
            if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
                raise CutOff("nested too deeply, or with aliases")
    except yaml.MarkedYAMLError as error:
        reached = error.problem_mark.index if error.problem_mark else 0
        return max(text.rfind("\n- ", 0, reached), text.rfind("\n---", 0, reached), 0) + 1
    except yaml.YAMLError as error:
        raise CutOff(str(error)) from error
    return len(text)


def _without_cut_item(value: Any) -> Any:
    """A list that ends before its `kind` ends within its last item, which then only looks whole."""
    if not isinstance(value, dict) or "kind" in value or not isinstance(value.get("items"), list):
        return value
    return {**value, "items": value["items"][:-1]}
