"""The recurring work as Celery tasks; beat and commits ask for it, a lost message is made up for by beat."""

import asyncio
import threading
import time
from functools import cache

from celery import shared_task

from config import work
from config.kernel import signals

RELAY_SECONDS = 60
LONGEST_HANDLER_SECONDS = 1800  # a long document on a slow machine


@shared_task(
    name="config.relay_outbox",
    soft_time_limit=LONGEST_HANDLER_SECONDS,
    time_limit=LONGEST_HANDLER_SECONDS + 30,
)
def relay_outbox() -> None:
    _tell_from_here()
    until = time.monotonic() + RELAY_SECONDS
    while work.relay_outbox() and time.monotonic() < until:
        pass


@shared_task(name="config.deliver_webhooks")
def deliver_webhooks() -> None:
    until = time.monotonic() + RELAY_SECONDS
    while work.deliver_webhooks() and time.monotonic() < until:
        pass


@shared_task(name="config.reap_answers")
def reap_answers() -> None:
    work.reap_answers()


@shared_task(name="config.begin_digests")
def begin_digests() -> None:
    work.begin_digests()


@shared_task(name="config.tidy")
def tidy() -> None:
    _tell_from_here()
    work.tidy()


@cache
def _tell_from_here() -> None:
    """Give this process a loop to send signals from, once: handlers tell the tabs of people, and a worker
    has no server's loop.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="signals", daemon=True).start()
    signals.attach(loop)
