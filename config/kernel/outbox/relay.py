"""The relay: claims rows, runs their handlers, completes them. Any number of processes may run it at once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.utils.module_loading import import_string

from config.kernel.outbox import rows
from config.kernel.outbox.models import OutboxRow
from config.kernel.outbox.types import OutboxMessage

logger = logging.getLogger(__name__)
Handler = Callable[[OutboxMessage], None]


@dataclass(slots=True)
class RelayReport:
    """What one round did."""

    done: int = 0
    failed: int = 0
    dead: int = 0

    @property
    def claimed(self) -> int:
        return self.done + self.failed + self.dead


def relay(*, limit: int = 100) -> RelayReport:
    """Deliver up to `limit` rows that are due; a handler that fails delays its own row only."""
    report = RelayReport()
    while report.claimed < limit:
        row = rows.claim()
        if row is None:
            break
        _deliver(row, report)
    return report


def _deliver(row: OutboxRow, report: RelayReport) -> None:
    try:
        _handler(row.route)(rows.message_of(row))
    except Exception as error:
        # Whatever a sink raises, the others must go on; the row keeps the kind of error and waits.
        logger.exception("outbox handler failed", extra={"route": row.route, "outbox_id": str(row.id)})
        if rows.fail(row, type(error).__name__):
            report.dead += 1
        else:
            report.failed += 1
    else:
        rows.complete(row)
        report.done += 1


@cache
def _handler(route: str) -> Handler:
    handler: Handler = import_string(route)
    return handler
