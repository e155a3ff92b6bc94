"""The seam of rate limits: how many uses of something one subject had in the last seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LimitState:
    """What is left of a limit after a use was counted or refused.

    `reset` is the number of seconds until the oldest counted use no longer counts; `retry_after` is 0 for a
    use that was counted, else the seconds to wait.
    """

    limit: int
    remaining: int
    reset: int
    retry_after: int = 0


class LimitStore(Protocol):
    """Counts exactly, from many threads and replicas at once.

    A store on a server raises `config.kernel.outages.OutageError` when the server does not answer.
    """

    def hit(self, key: str, *, limit: int, seconds: int) -> LimitState:
        """Count one use of `key`, unless `limit` uses happened within the last `seconds`."""

    def refund(self, key: str) -> None:
        """Take the latest use of `key` back, if there is one."""

    def forget(self, keys: Sequence[str]) -> None:
        """Forget all uses of these keys."""

    def clear(self) -> None:
        """Forget everything."""
