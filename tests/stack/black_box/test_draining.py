"""A replica that drains is left, by questions and by handshakes, and nobody notices.

Those of one balancer drain still when it is the other's turn, which then has one replica left.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import pytest

from tests.e2e.documents import QUESTION
from tests.fakes.cardboard import CardboardModel
from tests.stack.black_box.people import Person
from tests.stack.black_box.replicas import Product

AT_ONCE = 5
QUESTIONS = 50
SOCKETS = 10
DRAINS = {"nginx": "replica-1", "haproxy": "replica-2"}


@pytest.fixture(scope="module", autouse=True)
def _another_replica_drains(product: Product, door: str, manager: Person) -> None:
    assert manager.account.access  # the documents are there
    (balancer,) = (name for name in DRAINS if product.address(name) == door)
    product.drain(DRAINS[balancer])


def test_no_question_is_refused(door: str, model: CardboardModel) -> None:
    model.script("קצר.", size=8)
    model.allow()
    people = [Person.registered(door, f"ארגון {uuid4().hex[:12]}") for _ in range(AT_ONCE)]

    def ask(person: Person) -> list[int]:
        with person.program() as client:
            asked = ({"prompt": f"{QUESTION} {number}"} for number in range(QUESTIONS // AT_ONCE))
            return [client.post("/chat", json=body).status_code for body in asked]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = [status for asked in pool.map(ask, people) for status in asked]
    assert statuses == [200] * QUESTIONS


def test_no_socket_is_opened_there(
    product: Product, door: str, model: CardboardModel, manager: Person
) -> None:
    if product.asgi_server == "daphne":
        pytest.skip("daphne cannot choose the status of a refused handshake, so it takes the socket")
    model.script("קצר.", size=8)
    model.allow()
    with ExitStack() as opened:
        sockets = [opened.enter_context(manager.socket()) for _ in range(SOCKETS)]
        for socket in sockets:
            socket.ask(QUESTION)
        ends = [socket.until("done")["status"] for socket in sockets]
    assert ends == ["complete"] * SOCKETS
    assert "reconnect" not in {frame["type"] for socket in sockets for frame in socket.seen}
