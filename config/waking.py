"""Commits wake a worker: a tiny message through Celery's broker that says "look", and nothing more.

Any of them may get lost, so none is worth waiting for: beat's messages do for those that were not sent. While
the broker is away, beat reaches nobody either: then each server does the work itself (`broker_watch`).
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import cache

from kombu import Connection
from kombu.exceptions import KombuError, OperationalError
from kombu.pools import producers

from config.celery import app
from config.kernel.outages import Circuit, OutageError
from config.tasks import relay_outbox

logger = logging.getLogger(__name__)
APART_SECONDS = 0.1
ENOUGH_WAITING = 20  # nobody reads them: more would only fill the broker's memory
EXPIRES_SECONDS = 5
KNOCK_SECONDS = 5
# A broker that does not answer costs who commits half a second, once a second, and the others nothing.
WAIT_SECONDS = 0.5
IMPATIENT = {"socket_connect_timeout": WAIT_SECONDS, "socket_timeout": WAIT_SECONDS, "max_retries": 0}

broker_circuit = Circuit("broker")


class WorkerBell:
    """Sends at most one message in APART_SECONDS; used from any thread."""

    def __init__(self, send: Callable[[], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0.0

    def __call__(self) -> None:
        with self._lock:
            now = self._clock()
            if now < self._next:
                return
            self._next = now + APART_SECONDS
        try:
            with broker_circuit.attempt(OperationalError, KombuError, OSError):
                self._send()
        except OutageError:
            logger.debug("worker not woken: the broker is away")


def send_wake_up() -> None:
    """Ask the workers to run the relay, unless enough messages wait already."""
    queue = app.conf.task_default_queue
    with producers[_broker()].acquire(block=True, timeout=WAIT_SECONDS) as producer:
        waiting = producer.channel.queue_declare(queue=queue, durable=True, auto_delete=False).message_count
        if waiting < ENOUGH_WAITING:
            relay_outbox.apply_async(producer=producer, retry=False, expires=EXPIRES_SECONDS)


@cache
def _broker() -> Connection:
    return app.connection_for_write(transport_options=IMPATIENT)


wake_a_worker = WorkerBell(send_wake_up)


class BrokerWatch:
    """Knows whether the broker is away, also where nothing is committed; used from any thread."""

    def __init__(self, knock: Callable[[], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._knock = knock
        self._clock = clock
        self._next = 0.0

    def is_away(self) -> bool:
        """Tell whether it did not answer the last time, some seconds ago at most; may wait for it."""
        now = self._clock()
        if now >= self._next:
            self._next = now + KNOCK_SECONDS
            self._knock()
        return broker_circuit.is_open


broker_watch = BrokerWatch(wake_a_worker)
