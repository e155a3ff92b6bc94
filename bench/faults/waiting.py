"""Waiting for something to come true in another process."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 240
POLL_SECONDS = 0.3


def until(is_true: Callable[[], bool], *, what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Return as soon as it is true; raise TimeoutError with `what` was waited for after so long."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(POLL_SECONDS)
