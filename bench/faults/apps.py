"""How it would be without an outbox: after the commit the handlers are called, once, and that is all."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.apps import AppConfig
from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from typing_extensions import override

from config.kernel.outbox import OutboxMessage

logger = logging.getLogger(__name__)
carriers = ThreadPoolExecutor(2, thread_name_prefix="carrier")


class WithoutOutboxConfig(AppConfig):
    name = "bench.faults"
    label = "without_outbox"

    @override
    def ready(self) -> None:
        from config.kernel.outbox import rows

        rows.write = carry


def carry(event: str, *, organization_id: UUID, payload: Any) -> None:
    """Stand in for `rows.write`."""
    for route in settings.OUTBOX_ROUTES.get(event, ()):
        message = OutboxMessage(uuid4(), event, organization_id, payload, now())
        transaction.on_commit(partial(carriers.submit, _deliver, route, message), robust=True)


def _deliver(route: str, message: OutboxMessage) -> None:
    close_old_connections()
    try:
        import_string(route)(message)
    except Exception:
        logger.exception("lost", extra={"route": route})
    finally:
        close_old_connections()
