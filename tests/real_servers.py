"""Where the real servers of `make stack` are, for tests with the marker `stack`.

The environment wins over `stack.env`, which `make stack` writes in its state folder (SICHA_STACK_HOME).
"""

import os
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@cache
def settings_of_the_stack() -> dict[str, str]:
    """Return the settings that point the product at the stack: DATABASE_URL, REDIS_URL and so on."""
    folder = Path(os.environ.get("SICHA_STACK_HOME", ROOT / "var" / "stack"))
    written = folder / "stack.env"
    if not written.exists():
        return {}
    lines = (line.strip() for line in written.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def stack_setting(name: str) -> str:
    """Return one setting of the stack; a test that asks for a server that is not there fails."""
    found = os.environ.get(name) or settings_of_the_stack().get(name, "")
    if not found:
        pytest.fail(f"{name} is not known: `make stack` starts the real servers", pytrace=False)
    return found
