"""Keeping a row while its handler works: a long document takes minutes, and nobody else shall begin it
meanwhile.

The lease itself stays short, so that the rows of a process that died are soon taken over.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from config.kernel.outbox import claims
from config.kernel.outbox.models import OutboxRow

logger = logging.getLogger(__name__)
RENEW_SECONDS = claims.LEASE_SECONDS / 4
KEPT_SECONDS = 3600  # a handler that hangs for longer loses its row


@contextmanager
def kept(row: OutboxRow) -> Iterator[None]:
    """Renew the row's lease, in a thread of its own, until the block ends."""
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(row, ended), name="outbox-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _keep(row: OutboxRow, ended: threading.Event) -> None:
    for _ in range(int(KEPT_SECONDS / RENEW_SECONDS)):
        if ended.wait(RENEW_SECONDS) or not _renewed(row):
            return


def _renewed(row: OutboxRow) -> bool:
    try:
        return claims.renew(row)
    except Error:
        # Busy or away: the next renewal may still come in time.
        logger.warning("outbox lease not renewed", extra={"outbox_id": str(row.pk)}, exc_info=True)
        return True
    finally:
        connection.close()
