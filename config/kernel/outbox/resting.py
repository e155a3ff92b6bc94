"""Leaving alone, for a while, a route whose sink fails slowly: it must not take the time of the others.

What waits is in the table; this only decides what a process tries next, so it is kept in its memory.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SLOW_SECONDS = 1.0
REST_FOR_EACH_SECOND = 2.0  # of three seconds, a sink that does not answer gets one
LONGEST_REST_SECONDS = 20.0  # and what waits for it is soon on its way once it answers


@dataclass(slots=True)
class Attempt:
    """One delivery; whoever made it says whether it failed."""

    failed: bool = False


class SlowFailures:
    """Remembers which routes failed and how long that took; used from any thread."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until: dict[str, float] = {}

    def is_resting(self, route: str) -> bool:
        """Tell whether the route is to be left alone now."""
        with self._lock:
            return self._clock() < self._rests_until.get(route, 0.0)

    @contextmanager
    def timing(self, route: str) -> Iterator[Attempt]:
        """Time one delivery: a slow failure earns a rest in proportion, anything else ends it."""
        began, attempt = self._clock(), Attempt()
        yield attempt
        took = self._clock() - began
        with self._lock:
            self._rests_until.pop(route, None)
            if attempt.failed and took > SLOW_SECONDS:
                rest = min(took * REST_FOR_EACH_SECOND, LONGEST_REST_SECONDS)
                self._rests_until[route] = self._clock() + rest

    def forget(self) -> None:
        """Let every route be tried again at once."""
        with self._lock:
            self._rests_until.clear()


slow_failures = SlowFailures()
