"""The page of all keys, made from the table: `python -m diag.tui.key_page > docs/keys.md`."""

from collections.abc import Iterator

from diag.tui.actions import ACTIONS, PLACES
from diag.tui.key_names import typed

_HEAD = """\
# Keys of the interactive session

This page is made from the program's own table: `python -m diag.tui.key_page`.

What has the focus is asked first: in a log, `n` goes to the next match instead of choosing namespaces.

Other keys can be set in `keys.toml` in `$XDG_CONFIG_HOME/mondiag` (or `~/.config/mondiag`), by the names below. A key
is the character that it types, or one of the names that stand here, also behind `ctrl+`, `alt+` or `shift+`; capitals
are written as such (`G`). What is wrong with the file is said, line by line, before the session opens.

```toml
[keys]
"app.quit" = "ctrl+q"
"table.down" = ["j", "down", "ctrl+n"]
```
"""


def page() -> str:
    """The page `docs/keys.md`, as Markdown."""
    return "\n".join([_HEAD, *(line for place in PLACES for line in _section(place))]).rstrip("\n") + "\n"


def _section(place: str) -> Iterator[str]:
    yield f"## {PLACES[place].capitalize()}\n"
    yield "| key | does | name |\n| --- | --- | --- |"
    for action in ACTIONS:
        if action.place == place:
            yield f"| {keys_cell(action.keys)} | {action.title} | `{action.id}` |"
    yield ""


def keys_cell(keys: str) -> str:
    """Keys joined by commas, for the cell of a table."""
    return ", ".join(f"`{typed(key)}`" for key in keys.split(",")).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
