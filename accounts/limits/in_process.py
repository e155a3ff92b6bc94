"""Limits counted in this process: exact sliding windows, in bounded memory."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence

from accounts.limits.port import LimitState

MOST_SUBJECTS = 100_000


class InProcess:
    """Keeps the moments of every subject's last uses; the longest unused subjects are forgotten first."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, most_subjects: int = MOST_SUBJECTS
    ) -> None:
        self._clock = clock
        self._most_subjects = most_subjects
        self._lock = threading.Lock()
        self._uses: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, key: str, *, limit: int, seconds: int) -> LimitState:
        now = self._clock()
        with self._lock:
            uses = self._uses.setdefault(key, deque())
            self._uses.move_to_end(key)
            while uses and uses[0] <= now - seconds:
                uses.popleft()
            if len(uses) >= limit:
                wait = _seconds_left(uses[0], seconds, now)
                return LimitState(limit, 0, wait, retry_after=wait)
            uses.append(now)
            if len(self._uses) > self._most_subjects:
                self._uses.popitem(last=False)
            return LimitState(limit, limit - len(uses), _seconds_left(uses[0], seconds, now))

    def refund(self, key: str) -> None:
        with self._lock:
            if uses := self._uses.get(key):
                uses.pop()

    def forget(self, keys: Sequence[str]) -> None:
        with self._lock:
            for key in keys:
                self._uses.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._uses.clear()


def _seconds_left(began: float, seconds: int, now: float) -> int:
    """Return the whole seconds until a window that began at `began` ends: 1 to `seconds`.

    The difference of the clock's readings comes first: added to a large reading, a rounding would show.
    """
    return max(1, math.ceil(seconds - (now - began)))
