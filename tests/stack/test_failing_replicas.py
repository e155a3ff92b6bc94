"""What a replica that drains or died leaves undone, both balancers take to one that lives: nobody notices."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from typing_extensions import override

from bench.faults.waiting import until
from chatbot.elsewhere import PROMISE, REDIRECT, STATUS
from tests.stack.balancers import BALANCERS, free_ports, running

pytestmark = pytest.mark.stack
AT_ONCE = 4
ASKED = 40


class Replica(ThreadingHTTPServer):
    """Stands for a replica that drains when it is told to; `answered` counts what it took on."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.port = int(self.server_address[1])
        self.drains = False
        self.answered = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def die(self) -> None:
        """Listen no more; what was open is closed."""
        self.shutdown()
        self.server_close()


class Conversation(BaseHTTPRequestHandler):
    server: Replica

    def do_GET(self) -> None:
        asks = self.path.startswith("/ws/")
        self._answer(503 if self.server.drains and self.path == "/health/ready" else 200, refused=asks)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, refused=True)

    def _answer(self, status: int, *, refused: bool) -> None:
        draining = refused and self.server.drains
        if draining and self.headers[PROMISE]:
            self.send_response(STATUS)
            if self.command == "POST":
                self.send_header(*REDIRECT)
        else:
            self.server.answered += refused
            self.send_response(503 if draining else status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def replicas() -> Iterator[list[Replica]]:
    with ExitStack() as stack:
        made = [Replica() for _ in range(3)]
        for each in made:
            stack.callback(each.die)
        yield made


@pytest.fixture(params=sorted(BALANCERS))
def door(request: pytest.FixtureRequest, tmp_path: Path, replicas: list[Replica]) -> Iterator[str]:
    """Return the address of a balancer that was started when all was well."""
    (port,) = free_ports(1)
    places = {f"REPLICA_{number}": f"127.0.0.1:{each.port}" for number, each in enumerate(replicas, start=1)}
    with running(BALANCERS[request.param](tmp_path, port, places, None)):
        until(lambda: answers(f"http://127.0.0.1:{port}"), what="the balancer answers")
        yield f"http://127.0.0.1:{port}"


def answers(door: str) -> bool:
    try:
        return httpx.get(f"{door}/health/live", timeout=5).is_success
    except httpx.TransportError:
        return False


def ask(client: httpx.Client) -> int:
    return client.post("/chat", json={"prompt": "?"}).status_code


def shake_hands(client: httpx.Client) -> int:
    return client.get("/ws/chat/").status_code


def statuses(door: str, action: Callable[[httpx.Client], int] = ask) -> dict[int, int]:
    with httpx.Client(base_url=door, timeout=30) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(Counter(pool.map(action, [client] * ASKED)))


@pytest.mark.parametrize("action", [ask, shake_hands])
def test_one_that_lives_answers_for_one_that_drains_and_one_that_died(
    door: str, replicas: list[Replica], action: Callable[[httpx.Client], int]
) -> None:
    draining, dead, living = replicas
    draining.drains = True
    dead.die()
    assert statuses(door, action) == {200: ASKED}
    assert (draining.answered, living.answered) == (0, ASKED)


def test_one_after_the_other_may_drain_as_quickly_as_they_come_back(
    door: str, replicas: list[Replica]
) -> None:
    for each in replicas:
        each.drains = True
        assert statuses(door) == {200: ASKED}
        each.drains = False


def test_one_after_the_other_may_die_as_quickly_as_they_come_back(door: str, replicas: list[Replica]) -> None:
    for number, each in enumerate(replicas):
        each.die()
        assert statuses(door) == {200: ASKED}
        replicas[number] = Replica(each.port)


@pytest.mark.parametrize("fate", ["drain", "die"])
def test_without_any_replica_the_service_is_not_available(
    door: str, replicas: list[Replica], fate: str
) -> None:
    for each in replicas:
        each.drains = True
        if fate == "die":
            each.die()
    answered = httpx.post(f"{door}/chat", json={"prompt": "?"}, timeout=30)
    assert (answered.status_code, "X-Accel-Redirect" in answered.headers) == (503, False)
    assert fate == "drain" or answered.json()["code"] == "service_unavailable"
