"""Celery on real servers: the broker may forget everything under traffic, and nothing is lost."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from bench.faults.people import found_organization
from bench.faults.product import Product
from bench.faults.servers import Servers
from bench.faults.traffic import Traffic
from bench.faults.verdict import judge
from bench.faults.waiting import until

pytestmark = pytest.mark.stack
FLUSH_SECONDS = 0.2
QUESTIONS = 40


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """A replica, a worker and beat on a PostgreSQL and a Redis that nobody else uses."""
    with Servers(tmp_path / "stack", ("postgres", "redis")) as servers:
        settings = {
            "DEMO": "false",
            "EMBEDDINGS_BACKEND": "lexical",
            "REGISTRATION": "open",
            "RATE_LIMIT_PER_MINUTE": "100000",
            **servers.settings(),
        }
        with Product(tmp_path / "product", settings, replicas=1, without=("relay",)) as found:
            yield found


def flush(product: Product, ended: threading.Event) -> None:
    with Redis.from_url(product.settings["CELERY_BROKER_URL"]) as broker:
        while not ended.wait(FLUSH_SECONDS):
            broker.flushall()


def test_a_broker_that_forgets_everything_loses_nothing(product: Product) -> None:
    people = [found_organization(product.addresses[0], "אופק")]
    ended = threading.Event()
    flushing = threading.Thread(target=flush, args=(product, ended))
    with Traffic(product.addresses, people, askers=4, seed=1) as traffic:
        flushing.start()
        until(lambda: len(traffic.asked) >= QUESTIONS, what="people have asked")
    ended.set()
    flushing.join()
    verdict = judge(product, traffic.asked)
    assert verdict.is_good, verdict.as_json()
    assert verdict.acknowledged == verdict.closed_answers == len(traffic.asked) >= QUESTIONS
    assert [part.name for part in product.parts.values() if part.ended_by_itself] == []
