"""Leaving alone, for a while, a route whose sink is away or fails slowly: it must not take the time of the
others, nor be asked once for each row that waits for it.

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
OUTAGE_REST_SECONDS = 1.0  # a sink that is away is asked once a second, however quickly that is found out


@dataclass(slots=True)
class Attempt:
    """One delivery; whoever made it says whether it failed, and whether because the sink was `away`."""

    failed: bool = False
    away: bool = False


class SlowFailures:
    """Remembers which routes failed and how long that took; used from any thread."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rests_until: dict[str, float] = {}
        self._away: set[str] = set()

    def is_resting(self, route: str) -> bool:
        """Tell whether the route is to be left alone now."""
        with self._lock:
            return self._clock() < self._rests_until.get(route, 0.0)

    @contextmanager
    def timing(self, route: str) -> Iterator[Attempt]:
        """Time one delivery: a sink that is away or fails slowly earns a rest, anything else ends it."""
        began, attempt = self._clock(), Attempt()
        yield attempt
        rest = _rest(attempt, self._clock() - began)
        with self._lock:
            self._rests_until.pop(route, None)
            if rest:
                self._rests_until[route] = self._clock() + rest
            if attempt.away:
                self._away.add(route)

    def has_come_back(self, route: str) -> bool:
        """Tell, once, after a delivery that the route's sink had been away before it."""
        with self._lock:
            was_away = route in self._away
            self._away.discard(route)
            return was_away

    def forget(self) -> None:
        """Let every route be tried again at once."""
        with self._lock:
            self._rests_until.clear()
            self._away.clear()


def _rest(attempt: Attempt, took: float) -> float:
    if not attempt.failed:
        return 0.0
    in_proportion = min(took * REST_FOR_EACH_SECOND, LONGEST_REST_SECONDS) if took > SLOW_SECONDS else 0.0
    return max(in_proportion, OUTAGE_REST_SECONDS if attempt.away else 0.0)


slow_failures = SlowFailures()
