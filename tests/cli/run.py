"""Runs `mondiag` as its users do: in a process of its own, with an environment that holds nothing of ours."""

import os
import subprocess
import sys
from pathlib import Path

import diag

ROOT = Path(diag.__file__).parent.parent


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX") if name in os.environ}
    return kept | {"HOME": str(home), "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"} | more


def python(home: Path, code: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run Python code in a fresh interpreter."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment(home, **more), cwd=home, timeout=60)


def mondiag(home: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in `home`, which is an empty directory."""
    command = [sys.executable, "-m", "diag", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment(home, **more), cwd=home, timeout=60)
