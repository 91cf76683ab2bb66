"""Where a user's own files of mondiag are, by the XDG base directory specification."""

from collections.abc import Mapping
from pathlib import Path


def config_folder(environ: Mapping[str, str]) -> Path:
    """The folder of what the user has set; it need not exist."""
    return _folder(environ, "XDG_CONFIG_HOME", ".config")


def state_folder(environ: Mapping[str, str]) -> Path:
    """The folder of what is remembered from one run to the next; it need not exist."""
    return _folder(environ, "XDG_STATE_HOME", ".local/state")


def _folder(environ: Mapping[str, str], variable: str, default: str) -> Path:
    """The specification has a relative path passed over."""
    named = Path(environ.get(variable, ""))
    base = named if named.is_absolute() else Path(environ.get("HOME") or "/") / default
    return base / "mondiag"
