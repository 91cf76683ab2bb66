"""The demo recording in the hands of an enemy: names, labels, messages and logs that try to drive the terminal."""

import copy
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.tui.feeds import DEMO

MARK = "EVILMARK"
ATTACKS = (
    "[/x]",
    "[red]",
    "[@click=app.quit]x[/]",
    f"\x1b]52;c;{MARK}\x07",
    f"\x1b]0;{MARK}\x1b\\",
    f"\x1b]8;;http://{MARK}/\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[999;999H\x1b[?1049l\x1bc",
    f"\x1bP1$r{MARK}\x1b\\\x1b_{MARK}\x1b\\",
    f"\x9b31m\x9d52;c;{MARK}\x9c\x90{MARK}\x9c\x85",
    "\r\x08\x08\x7f\x0b\x0c\x00\x07\x0e\x0f\x05",
    "\u202eabc\u2066def\u2069\u200b\u200f\ufeff\u2028\U000e0041\U000e007f",
    "漢字かな한국어ｗｉｄｅ±×①🏴‍☠️👩‍👩‍👧‍👦🇩🇪👍🏽",
    "e" + "\u0301\u0302\u0489" * 20 + "a\u0e33\u0940",
    "مرحبا שלום",
    "%s {0} $(reboot) `id` ; rm -rf /",
    "\n\n\tsecond line\n",
)
LONE = "\ud83d"  # half of a pair: no reader of JSON has to take it, so it has a file for itself
LONG = 1_000_000
MANY = 2_000
_RENAMED = ("Event", "APIService", "StorageClass", "IngressClass", "CSINode", "Lease")  # kinds that keep their names
_SAID = ("message", "note")
_CHOSEN = ("reason", "image", "component", "host", "hostname", "phase", "type")
_QUANTITIES = ("cpu", "memory", "storage", "ephemeral-storage")


def write(place: Path) -> Path:
    """Write the recording; its directory."""
    target = place / f"hostile{ATTACKS[3].replace('/', '')}"
    shutil.copytree(DEMO, target)
    files = sorted((*target.glob("objects/*.json"), *target.glob("metrics/*.json"), target / "recording.json"))
    values = {file: json.loads(file.read_text()) for file in files}
    names = _names(values, {part for file in target.glob("logs/*/*/*") for part in _parts(file)})
    for number, (file, value) in enumerate(values.items()):
        for place_in_file, item in enumerate(value.get("items", ())):
            _spoil(item, number + place_in_file)
        if file.name in ("pods.json", "services.json", "deployments.apps.json", "persistentvolumeclaims.json"):
            value["items"] += list(_worse(value["items"][0]))
        file.write_text(json.dumps(_renamed(value, names)))
    lone = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": f"lone{LONE}", "labels": {"lone": LONE}}}
    (target / "objects" / "lone.json").write_text(json.dumps(lone))
    for number, log in enumerate(sorted(target.glob("logs/*/*/*.log"))):
        _spoil_log(log, LONG if number == 0 else 0)
    return target


def _parts(log: Path) -> tuple[str, ...]:
    """Names on the way to a log, which are those of files: they stay."""
    return (*log.parts[-3:-1], log.name.partition(".")[0])


def _names(values: Mapping[Path, Any], kept: set[str]) -> dict[str, str]:
    """Names of objects and containers, each with another one, which has an attack in it."""
    found: dict[str, str] = {}
    for value in values.values():
        for item in value.get("items", ()):
            if item["kind"] in _RENAMED:
                continue
            containers = [one["name"] for one in item.get("spec", {}).get("containers", ())]
            for name in (item["metadata"]["name"], *containers):
                if name not in kept:
                    found.setdefault(name, name + ATTACKS[len(found) % len(ATTACKS)])
    return found


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Everything with the other names, wherever one stands."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return {key: _renamed(one, names) for key, one in value.items()} if isinstance(value, dict) else value


def _spoil(value: Any, number: int) -> None:
    """Put an attack behind every text that people or programs outside of the API server choose, or nearly."""
    if isinstance(value, list):
        for item in value:
            _spoil(item, number)
    elif isinstance(value, dict):
        for key, item in value.items():
            attack = ATTACKS[number % len(ATTACKS)]
            if isinstance(item, (dict, list)):
                _spoil(item, number)
                if key in ("labels", "annotations") and isinstance(item, dict):
                    item.update({f"evil{place}{one}": one for place, one in enumerate(ATTACKS)})
            elif isinstance(item, str) and key in _SAID:
                value[key] = f"{''.join(ATTACKS)} {item} {attack}"
            elif isinstance(item, str) and key in _CHOSEN and number % 3 == 0:
                value[key] = f"{item}{attack}"


def _worse(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object once more: without a name, with times and quantities that are none, with thousands of members."""
    for number, attack in enumerate(ATTACKS):
        one = copy.deepcopy(item)
        one["metadata"] |= {"name": "" if not number else f"worse{number}{attack}", "uid": f"worse{number}{attack}"}
        if number % 2:
            one["metadata"]["creationTimestamp"] = ("9999-99-99T99:99:99Z", f"now{attack}", "0001-01-01T00:00:00Z")[
                number % 3
            ]
        if number % 4 == 2:
            _spoil_quantities(one, f"1e999{attack}" if number % 8 == 2 else "9" * 400)
        if number == 5:
            one["metadata"]["labels"] = {f"many{place}": attack for place in range(MANY)}
        yield one


def _spoil_quantities(value: Any, quantity: str) -> None:
    if isinstance(value, list):
        for one in value:
            _spoil_quantities(one, quantity)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in _QUANTITIES and isinstance(one, str):
                value[key] = quantity
            else:
                _spoil_quantities(one, quantity)


def _spoil_log(log: Path, long: int) -> None:
    attack = "\n".join((*ATTACKS, LONE))
    text = f"{attack}\n{log.read_text(errors='replace')}{'x' * long}{'漢' * (long // 10)}{attack}\n"
    log.write_bytes(text.encode("utf-8", "surrogatepass") + b"\xff\xfe\xc0\x80 \x9b31m\n")
