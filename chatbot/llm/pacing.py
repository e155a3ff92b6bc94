"""Coalescing on the reading side: how long to leave a model's stream unread, so that the kernel gathers
its tokens.

A window costs nothing but its own length, whereas collecting on the writing side pays for every token's
wake-up first. Below 40 tokens a second tokens are further apart than any useful window, so there is none
while the process has time; the more it has to do, the longer the window.
"""

import time
from collections.abc import Callable

FAST_TOKENS_PER_SECOND = 40.0
WINDOW_SECONDS = 0.05
BUSY_WINDOW_SECONDS = 0.1
BUSY_SHARE = 0.5  # of one core
_SMOOTHING = 0.3


class ProcessLoad:
    """How much of a core this process used over the last second or more."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, used: Callable[[], float] = time.process_time
    ) -> None:
        self._clock, self._used = clock, used
        self._since = (clock(), used())
        self._share = 0.0

    def share(self) -> float:
        """Return the share of a core, as of the last full second."""
        now = self._clock()
        began, used = self._since
        if now - began >= 1:
            self._since = (now, self._used())
            # Longer ago than some seconds says nothing about now.
            self._share = (self._since[1] - used) / (now - began) if now - began < 5 else 0.0
        return self._share


process_load = ProcessLoad()


class ReadPace:
    """Tells the window after each read; `clock` returns monotonic seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, load: Callable[[], float] | None = None
    ) -> None:
        self._clock = clock
        self._load = load or process_load.share
        self._last: float | None = None
        self._rate = 0.0

    def window(self, tokens: int) -> float:
        """Return the seconds to wait before the next read, after `tokens` came with this one; 0 after the
        first."""
        now = self._clock()
        if self._last is None:
            self._last = now
            return 0.0
        rate = tokens / max(now - self._last, 1e-3)
        self._last = now
        self._rate = self._rate + _SMOOTHING * (rate - self._rate) if self._rate else rate
        share = self._load()
        if share >= BUSY_SHARE:
            return BUSY_WINDOW_SECONDS
        if self._rate <= FAST_TOKENS_PER_SECOND:
            return 0.0
        return WINDOW_SECONDS + (BUSY_WINDOW_SECONDS - WINDOW_SECONDS) * share / BUSY_SHARE
