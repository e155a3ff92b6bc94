"""The relay: claims rows, runs their handlers, completes them. Any number of processes may run it at once."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from django.db import Error, close_old_connections
from django.utils.module_loading import import_string

from config.kernel.errors import ServiceUnavailableError
from config.kernel.outbox import claims, keeping
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.resting import slow_failures
from config.kernel.outbox.types import OutboxMessage

logger = logging.getLogger(__name__)
Handler = Callable[[OutboxMessage], None]
PAUSE_SECONDS = 0.3


class _Outcome(Enum):
    DONE = auto()
    FAILED = auto()
    AWAY = auto()
    DEAD = auto()


@dataclass(frozen=True, slots=True)
class RelayReport:
    """What one round did: rows delivered, put off to a later attempt, buried."""

    done: int = 0
    failed: int = 0
    dead: int = 0

    @property
    def claimed(self) -> int:
        return self.done + self.failed + self.dead


def relay(*, limit: int = 100) -> RelayReport:
    """Deliver up to `limit` rows that are due, one route after the other.

    A route whose handler failed is left alone for the rest of the round: a sink that is down, however many
    rows wait for it, costs the others one attempt. One that is away or refuses slowly is left alone for
    longer, so that the others get on (see `slow_failures`); the first delivery after that wakes what waits.
    """
    outcomes: Counter[_Outcome] = Counter()
    routes = deque(route for route in claims.due_routes() if not slow_failures.is_resting(route))
    while routes and outcomes.total() < limit:
        route = routes.popleft()
        row = claims.claim(route)
        if row is None:
            continue
        outcome = _try(row)
        outcomes[outcome] += 1
        if outcome is _Outcome.DONE:
            routes.append(route)
    failed = outcomes[_Outcome.FAILED] + outcomes[_Outcome.AWAY]
    return RelayReport(outcomes[_Outcome.DONE], failed, outcomes[_Outcome.DEAD])


def run_relay(stop: threading.Event, *, pause: float = PAUSE_SECONDS) -> None:
    """Deliver until `stop` is set; rest `pause` seconds when nothing is due or the database is away."""
    while not stop.is_set():
        close_old_connections()
        try:
            claimed = relay().claimed
        except Error:  # of the connection as well as of a query
            logger.exception("relay could not reach the database")
            claimed = 0
        if not claimed:
            stop.wait(pause)


def _try(row: OutboxRow) -> _Outcome:
    """Deliver the row, and remember how its sink was."""
    with slow_failures.timing(row.route) as attempt:
        outcome = _deliver(row)
        attempt.failed, attempt.away = outcome is not _Outcome.DONE, outcome is _Outcome.AWAY
    if outcome is _Outcome.DONE and (slow_failures.has_come_back(row.route) or row.awaits_sink):
        claims.wake(row.route)
    return outcome


def _deliver(row: OutboxRow) -> _Outcome:
    if row.attempts > claims.MAX_ATTEMPTS:  # whoever had it never came back: it may be what kills them
        return _put_off(row, "Abandoned")
    try:
        with keeping.kept(row):
            _handler(row.route)(
                OutboxMessage(row.id, row.event, row.organization_id, row.payload, row.created_at)
            )
    except ServiceUnavailableError as error:
        reason = type(error.__cause__ or error).__name__
        logger.warning("outbox sink is away", extra={"route": row.route, "reason": reason})
        claims.fail(row, type(error).__name__, outage=True)
        return _Outcome.AWAY
    except Exception as error:
        # Whatever a sink raises, the others must go on; the row keeps the kind of error and waits.
        logger.exception("outbox handler failed", extra={"route": row.route, "outbox_id": str(row.id)})
        return _put_off(row, type(error).__name__)
    if not claims.complete(row):
        logger.warning("outbox lease lost", extra={"route": row.route, "outbox_id": str(row.id)})
    return _Outcome.DONE


def _put_off(row: OutboxRow, error: str) -> _Outcome:
    return _Outcome.DEAD if claims.fail(row, error) else _Outcome.FAILED


@cache
def _handler(route: str) -> Handler:
    handler: Handler = import_string(route)
    return handler
