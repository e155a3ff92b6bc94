"""The recurring work as Celery tasks; beat and commits ask for it, a lost message is made up for by beat."""

import time

from celery import shared_task

from config import work

RELAY_SECONDS = 60
LONGEST_HANDLER_SECONDS = 1800  # a long document on a slow machine


@shared_task(
    name="config.relay_outbox",
    soft_time_limit=LONGEST_HANDLER_SECONDS,
    time_limit=LONGEST_HANDLER_SECONDS + 30,
)
def relay_outbox() -> None:
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


@shared_task(name="config.tidy")
def tidy() -> None:
    work.tidy()
