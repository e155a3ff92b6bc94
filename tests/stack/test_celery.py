"""Celery on real servers: under traffic the broker may forget everything or die, and nothing is lost."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from redis import Redis

from bench.faults.people import Person, found_organization
from bench.faults.product import Product
from bench.faults.servers import Servers
from bench.faults.traffic import Asked, Traffic
from bench.faults.verdict import judge
from bench.faults.waiting import until

pytestmark = pytest.mark.stack
FLUSH_SECONDS = 0.2
QUESTIONS = 40
KILLS = 4


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PostgreSQL and a Redis that nobody else uses."""
    with Servers(tmp_path_factory.mktemp("stack"), ("postgres", "redis")) as found:
        yield found


@pytest.fixture(scope="module")
def product(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A replica, a worker and beat on them."""
    settings = {
        "DEMO": "false",
        "EMBEDDINGS_BACKEND": "lexical",
        "REGISTRATION": "open",
        "RATE_LIMIT_PER_MINUTE": "100000",
        **servers.settings(),
    }
    home = tmp_path_factory.mktemp("product")
    with Product(home, settings, replicas=1, without=("relay",)) as found:
        yield found


@pytest.fixture(scope="module")
def people(product: Product) -> list[Person]:
    return [found_organization(product.addresses[0], "אופק")]


def flush(product: Product, ended: threading.Event) -> None:
    with Redis.from_url(product.settings["CELERY_BROKER_URL"]) as broker:
        while not ended.wait(FLUSH_SECONDS):
            broker.flushall()


def have_asked(traffic: Traffic, count: int) -> bool:
    return len(traffic.asked) >= count


def assert_nothing_is_lost(product: Product, asked: list[Asked]) -> None:
    verdict = judge(product, asked)
    assert verdict.is_good, verdict.as_json()
    assert verdict.acknowledged == len(asked) >= QUESTIONS
    assert [part.name for part in product.parts.values() if part.ended_by_itself] == []


def test_a_broker_that_forgets_everything_loses_nothing(product: Product, people: list[Person]) -> None:
    ended = threading.Event()
    flushing = threading.Thread(target=flush, args=(product, ended))
    with Traffic(product.addresses, people, askers=4, seed=1) as traffic:
        flushing.start()
        until(partial(have_asked, traffic, QUESTIONS), what="people have asked")
    ended.set()
    flushing.join()
    assert_nothing_is_lost(product, traffic.asked)


def test_a_worker_outlives_a_broker_that_is_killed_while_it_works(
    servers: Servers, product: Product, people: list[Person]
) -> None:
    with Traffic(product.addresses, people, askers=4, seed=2) as traffic:
        for number in range(1, KILLS + 1):
            until(partial(have_asked, traffic, number * QUESTIONS // KILLS), what="people have asked")
            servers.kill("redis")
            servers.start("redis")
        until(partial(have_asked, traffic, QUESTIONS + QUESTIONS // KILLS), what="people have asked on")
    assert_nothing_is_lost(product, traffic.asked)
