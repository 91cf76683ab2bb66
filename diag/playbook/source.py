"""A YAML file as values and the line of each, so that every complaint can name file and line."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

Path_ = tuple[str | int, ...]
_Scalar = str | int | float | bool | None
# What is mostly behind the parser's complaints.
_MOSTLY = {
    "found character that cannot start any token": "; indent with blanks, not tabs, and put text with @ or ` in quotes",
    "mapping values are not allowed in this context": "; put text with ': ' in quotes",
    "did not find expected key": "; see the indentation, and put text that begins with { or [ in quotes",
    "found unknown escape character": "; put text with \\ in single quotes",
}


class Source(NamedTuple):
    """The values of a file, and the line (from 1) where the value at each path starts. `faults` are complete lines."""

    file: str
    value: Any
    lines: dict[Path_, int]
    faults: tuple[str, ...]

    def fault(self, path: Path_, text: str) -> str:
        """`file:line: text` for a place in the file, or for the nearest place around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}: {text}"


def read(file: Path, shown: str, aliases: bool = False) -> Source:
    """Read a YAML file; aliases and merge keys (`<<`) only where they are wanted.

    A file that is not YAML gives a Source without value and with a fault.
    """
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except OSError as error:
        return Source(shown, None, {}, (f"{shown}:1: cannot be read: {error.strerror}",))
    except UnicodeDecodeError:
        return Source(shown, None, {}, (f"{shown}:1: is not UTF-8",))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = error.problem or error.context or ""
        return Source(shown, None, {}, (f"{shown}:{line}: is not YAML: {problem}{_MOSTLY.get(problem, '')}",))
    except yaml.YAMLError as error:
        return Source(shown, None, {}, (f"{shown}:1: is not YAML: {str(error).splitlines()[0]}",))
    if node is None:
        return Source(shown, None, {}, (f"{shown}:1: is empty",))
    walk = _Walk(shown, aliases)
    value = walk.value(node, ())
    return Source(shown, value, walk.lines, tuple(walk.faults))


class _Walk:
    """Turns nodes into values, noting lines. A node met twice is an alias, which could unfold without end."""

    def __init__(self, shown: str, aliases: bool) -> None:
        self.lines: dict[Path_, int] = {}
        self.faults: list[str] = []
        self._shown = shown
        self._aliases = aliases
        self._met: dict[int, Any] = {}

    def value(self, node: yaml.Node, path: Path_) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._met:
            if not self._aliases:
                self._fault(self.lines[path], "aliases cannot be used here")
            return self._met[id(node)]
        self._met[id(node)] = None  # what an alias inside of its own anchor stands for
        if isinstance(node, yaml.SequenceNode):
            found: Any = [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        else:
            found = self._mapping(node, path)
        self._met[id(node)] = found
        return found

    def _mapping(self, node: yaml.Node, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                self._fault(key_node.start_mark.line + 1, f"'{key}' is given twice")
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            value = self.value(value_node, (*path, key))
            if key == "<<" and self._aliases and isinstance(value, dict):
                merged = value
            else:
                found[key] = value
        return {**merged, **found}

    def _fault(self, line: int, text: str) -> None:
        self.faults.append(f"{self._shown}:{line}: {text}")


def _scalar(node: yaml.Node) -> _Scalar:
    text = str(node.value)
    match node.tag.rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int" if text.lstrip("+-").isdecimal():
            return int(text)
        case "float":
            return float(text)
        case _:
            return text
