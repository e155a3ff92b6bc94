"""The product on the real servers of `make stack`, each behind a wire that a test can cut and mend."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

from bench.faults.people import Person, found_organization
from bench.faults.product import Product
from bench.faults.waiting import until
from tests.fakes.cardboard import CardboardModel
from tests.fakes.forwarder import Forwarder
from tests.object_stores import bucket_options
from tests.real_servers import stack_setting
from tests.stack.databases import own_database

QUESTION = "כמה ימי חופשה מגיעים בשנה וכמה זמן מראש מגישים בקשה?"
ANSWER = "את הבקשה מגישים שבועיים מראש [1]."
BEHIND = {
    "postgres": "DATABASE_URL",
    "redis": "REDIS_URL",
    "weaviate": "WEAVIATE_URL",
    "minio": "S3_ENDPOINT_URL",
    "neo4j": "NEO4J_URI",
}
TAKEN_OVER = ("WEAVIATE_API_KEY", "S3_ACCESS_KEY", "S3_SECRET_KEY", "NEO4J_USER", "NEO4J_PASSWORD")
Wires = dict[str, list[Forwarder]]


@dataclass(slots=True)
class CutProduct:
    """One replica with its worker and beat; `wires` by the name of the server behind."""

    product: Product
    wires: Wires
    person: Person

    @property
    def url(self) -> str:
        return self.product.addresses[0]

    @contextmanager
    def away(self, server: str) -> Iterator[None]:
        """Cut the server off for the block; it is reached again, and found to be well, after it."""
        for wire in self.wires[server]:
            wire.cut()
        try:
            yield
        finally:
            for wire in self.wires[server]:
                wire.mend()
        self.product.revive()  # what does not outlive an outage is started again, as everywhere
        until(lambda: self.get("/api/health").json()["status"] == "ok", what="everything is well again")

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers=self.person.headers | headers, timeout=60)

    def post(self, path: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, headers=self.person.headers | headers, timeout=60)

    def ask(self, **fields: Any) -> httpx.Response:
        return self.post("/chat", {"prompt": QUESTION, **fields})

    def services(self) -> dict[str, str]:
        """Return what the health report says now, past the second for which it remembers."""
        found: dict[str, str] = self.get("/api/health").json()["services"]
        return found

    def waiting(self, route: str) -> int:
        """Return how many events wait on the outbox route, as the metrics tell."""
        lines = self.get("/metrics").text.splitlines()
        named = [line for line in lines if line.startswith("outbox_pending{") and f".{route}" in line]
        return int(sum(float(line.rpartition(" ")[2]) for line in named))


class Socket:
    """One open chat connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def ask(self) -> list[dict[str, Any]]:
        """Ask and return the frames up to the end, or up to a refusal."""
        self.send(type="ask", client_id=str(uuid4()), text=QUESTION)
        frames = [self.receive()]
        while frames[-1]["type"] not in {"done", "error"}:
            frames.append(self.receive())
        return frames

    def receive(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self._connection.recv(timeout=60))
        return frame

    def send(self, **frame: str) -> None:
        self._connection.send(json.dumps(frame))


@contextmanager
def socket_of(product: CutProduct) -> Iterator[Socket]:
    """Open a socket of the person's, by a ticket."""
    ticket = product.post("/api/v1/ws-ticket", {}).raise_for_status().json()["ticket"]
    with connect(f"{product.url.replace('http', 'ws')}/ws/chat/") as connection:
        socket = Socket(connection)
        socket.send(type="auth", ticket=ticket)
        assert socket.receive()["type"] == "hello"
        yield socket


@contextmanager
def cut_product(home: Path) -> Iterator[CutProduct]:
    """Give the running product with an organisation whose documents are indexed."""
    with ExitStack() as stack:
        model = stack.enter_context(CardboardModel())
        model.script(ANSWER, size=8)
        model.allow(1_000_000)
        wires: Wires = {}
        settings = _settings(stack, wires, model.url)
        settings["DATABASE_URL"] = stack.enter_context(own_database(settings["DATABASE_URL"]))
        product = stack.enter_context(Product(home, settings, replicas=1, without=("relay",)))
        yield CutProduct(product, wires, found_organization(product.addresses[0], f"אופק {uuid4().hex[:8]}"))


def _settings(stack: ExitStack, wires: Wires, model_url: str) -> dict[str, str]:
    settings = {name: stack_setting(name) for name in TAKEN_OVER}
    for server, name in BEHIND.items():
        settings[name] = _wired(stack, wires, server, stack_setting(name))
    grpc = f"grpc://127.0.0.1:{stack_setting('WEAVIATE_GRPC_PORT')}"
    grpc_port = urlsplit(_wired(stack, wires, "weaviate", grpc)).port
    redis = settings["REDIS_URL"].rpartition("/")[0]
    # The broker is the same Redis along a wire of its own: without Redis it is away as well, not the reverse.
    broker = _wired(stack, wires, "broker", stack_setting("REDIS_URL")).rpartition("/")[0]
    wires["redis"] += wires["broker"]
    bucket = bucket_options()["OPTIONS"]["bucket_name"]
    return settings | {
        "WEAVIATE_GRPC_HOST": "127.0.0.1",
        "WEAVIATE_GRPC_PORT": str(grpc_port),
        "REDIS_URL": f"{redis}/6",
        "CELERY_BROKER_URL": f"{broker}/7",
        "S3_ARCHIVE_BUCKET": bucket,
        "S3_FILES_BUCKET": f"{bucket}-f",
        "OLLAMA_URL": _wired(stack, wires, "model", model_url),
        "OLLAMA_MODEL": "scripted",
        "EMBEDDINGS_BACKEND": "lexical",
        "DEMO": "false",
        "REGISTRATION": "open",
    }


def _wired(stack: ExitStack, wires: Wires, server: str, url: str) -> str:
    parts = urlsplit(url)
    wire = stack.enter_context(Forwarder(parts.hostname or "127.0.0.1", parts.port or 0))
    wires.setdefault(server, []).append(wire)
    login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit(parts._replace(netloc=f"{login}127.0.0.1:{wire.port}"))
