"""Where things are: builds in a cache outside the project, state in a folder that git ignores."""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def cache_folder() -> Path:
    """Return the folder of builds, shared by all checkouts of this user (SICHA_STACK_CACHE)."""
    return Path(os.environ.get("SICHA_STACK_CACHE") or Path.home() / ".cache/sicha/stack").absolute()


def state_folder() -> Path:
    """Return the folder of data, logs, credentials and process records (SICHA_STACK_HOME)."""
    return Path(os.environ.get("SICHA_STACK_HOME") or ROOT / "var/stack").absolute()


def write_private(path: Path, text: str) -> None:
    """Replace a file as one step, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Return the object kept in a file; an empty one when there is no such file."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    write_private(path, json.dumps(value, indent=2, sort_keys=True) + "\n")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process at a time through; the system frees the lock of one that dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
