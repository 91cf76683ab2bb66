"""The demo recording in the hands of an enemy: names, labels, messages and logs that try to drive the terminal."""

import json
import shutil
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
    "\x1b[2J\x1b[999;999H",
    "\x1bP1$r0m\x1b\\",
    "\x9b31m\x9d52;c;x\x9c",
    "\r\x08\x08\x7f\x0b\x0c\x00",
    "\u202eabc\u2066def\u2069\u200b\u200f\ufeff",
    "漢字かな한국어🏴‍☠️👩‍👩‍👧‍👦",
    "e\u0301\u0302\u0303\u0304a\u0489",
    "\ud83d",
    "%s {0} $(reboot) `id` ; rm -rf /",
    "\n\n\tsecond line\n",
)
LONG = 1_000_000


def write(place: Path) -> Path:
    """Write the recording; its directory."""
    target = place / "hostile"
    shutil.copytree(DEMO, target)
    for number, file in enumerate(sorted((target / "objects").glob("*.json"))):
        value = json.loads(file.read_text())
        for item in value["items"]:
            _spoil(item, number)
            number += 1
        file.write_text(json.dumps(value))
    for number, log in enumerate(sorted(target.glob("logs/*/*/*.log"))):
        text = log.read_text(errors="replace")
        attack = "\n".join(ATTACKS)
        long = "x" * (LONG if number == 0 else 0)
        log.write_bytes(f"{attack}\n{text}{long}{attack}\xff\xfe\n".encode("utf-8", "replace"))
    return target


def _spoil(value: Any, number: int) -> None:
    """Put an attack behind every text that people or programs outside of the API server choose, or nearly."""
    if isinstance(value, list):
        for item in value:
            _spoil(item, number)
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                _spoil(item, number)
                if key in ("labels", "annotations") and isinstance(item, dict):
                    item.update({f"evil{place}": attack for place, attack in enumerate(ATTACKS)})
            elif isinstance(item, str) and key in ("message", "note"):
                value[key] = f"{''.join(ATTACKS)} {item} {ATTACKS[number % len(ATTACKS)]}"
            elif isinstance(item, str) and key in ("reason", "image", "component", "host"):
                value[key] = f"{item}{ATTACKS[number % len(ATTACKS)]}" if number % 3 == 0 else item
