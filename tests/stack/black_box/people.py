"""Somebody who uses the product through one door: by REST, by event stream, by socket and by browser."""

import json
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.sync.client import ClientConnection, connect

PASSWORD = "Tapuach-42-Etz"
SECONDS = 60
TOKEN_SECONDS = 120
Frame = dict[str, Any]


def new_address() -> str:
    """Return an address of this machine that nobody else comes from: limits are counted by it."""
    return "127." + ".".join(str(random.randint(2, 250)) for _ in range(3))


def client_of(door: str, address: str, **headers: str) -> httpx.Client:
    """Return a client that comes from an address of this machine."""
    transport = httpx.HTTPTransport(local_address=address)
    return httpx.Client(base_url=door, transport=transport, timeout=SECONDS, headers=headers)


@dataclass(slots=True)
class Account:
    """What somebody knows and holds, at whatever door."""

    username: str
    access: str = ""
    since: float = 0.0


@dataclass(slots=True)
class Person:
    """Somebody at one door; `at` is the same person at another one."""

    door: str
    account: Account
    address: str = field(default_factory=new_address)

    @classmethod
    def registered(cls, door: str, organization: str) -> Self:
        """Register at the door; the first one of an organisation is its manager, others wait."""
        person = cls(door, Account(f"person-{uuid4().hex[:12]}"))
        registration = {
            "username": person.account.username,
            "password": PASSWORD,
            "email": f"{person.account.username}@example.org",
            "organization": organization,
        }
        with client_of(door, person.address) as client:
            said = client.post("/register", json=registration).raise_for_status().json()
        person.account.access, person.account.since = said.get("access", ""), time.monotonic()
        return person

    def at(self, door: str) -> "Person":
        return Person(door, self.account, self.address)

    def program(self) -> httpx.Client:
        """Return a client that carries a token of the person; tokens live five minutes."""
        if time.monotonic() - self.account.since > TOKEN_SECONDS or not self.account.access:
            self.account.access = self.log_in().raise_for_status().json()["access"]
            self.account.since = time.monotonic()
        return client_of(self.door, self.address, Authorization=f"Bearer {self.account.access}")

    def log_in(self) -> httpx.Response:
        with client_of(self.door, self.address) as client:
            return client.post("/login", json={"username": self.account.username, "password": PASSWORD})

    def upload(self, title: str, content: str) -> str:
        """Hand in a file; return the document's id when it can be found."""
        with self.program() as client:
            files = {"file": (f"{title}.txt", content.encode(), "text/plain")}
            sent = client.post("/api/v1/documents", files=files, data={"title": title, "category": "hr"})
            document = str(sent.raise_for_status().json()["id"])
            deadline = time.monotonic() + SECONDS
            while (status := self._status(client, document)) != "indexed":
                assert status in {"pending", "indexing"}, status
                assert time.monotonic() < deadline, "the document was not indexed in time"
                time.sleep(0.2)
        return document

    @staticmethod
    def _status(client: httpx.Client, document: str) -> str:
        return str(client.get(f"/api/v1/documents/{document}").raise_for_status().json()["status"])

    @contextmanager
    def socket(self) -> Iterator["Socket"]:
        """Open a socket as programs do: by a ticket that is offered as a subprotocol."""
        with self.program() as client:
            ticket = client.post("/api/v1/ws-ticket").raise_for_status().json()["ticket"]
        url = f"{self.door.replace('http', 'ws', 1)}/ws/chat/"
        with connect(url, subprotocols=["sicha.v1", f"ticket.{ticket}"], open_timeout=SECONDS) as connection:  # type: ignore[list-item]
            opened = Socket(connection)
            assert opened.next()["type"] == "hello"
            yield opened

    @contextmanager
    def events(self, question: str) -> Iterator[Iterator[Frame]]:
        """Ask, and read the answer as a stream of server-sent events."""
        headers = {"Accept": "text/event-stream"}
        with (
            self.program() as client,
            client.stream("POST", "/chat", json={"prompt": question}, headers=headers) as response,
        ):
            response.raise_for_status()
            yield (
                json.loads(line.removeprefix("data: "))
                for line in response.iter_lines()
                if line.startswith("data: ")
            )

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """Give a browser that has signed in by the page's form."""
        with client_of(self.door, self.address) as client:
            submit(client, "/accounts/login/", username=self.account.username, password=PASSWORD)
            assert "sessionid" in client.cookies
            yield client


def submit(client: httpx.Client, path: str, **fields: str | list[str]) -> httpx.Response:
    """Send a page's form as a browser does."""
    page = client.get(path).raise_for_status().text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token, page
    said = {"csrfmiddlewaretoken": token[1], **fields}
    return client.post(
        path, data=said, headers={"Referer": f"{client.base_url}{path}"}, follow_redirects=True
    )


@dataclass(slots=True)
class Socket:
    connection: ClientConnection
    seen: list[Frame] = field(default_factory=list)

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def ask(self, question: str) -> str:
        """Ask; return the answer's id."""
        self.send(type="ask", client_id=f"{uuid4()}", text=question)
        return str(self.until("accepted")["answer_id"])

    def next(self) -> Frame:
        frame: Frame = json.loads(self.connection.recv(timeout=SECONDS))
        self.seen.append(frame)
        if "seq" in frame:
            self.send(type="ack", answer_id=frame["answer_id"], seq=frame["seq"])
        return frame

    def until(self, kind: str) -> Frame:
        """Return the next frame of a kind; an error is one that was not expected."""
        while (frame := self.next())["type"] != kind:
            assert frame["type"] != "error" or kind == "error", frame
        return frame

    def text_until(self, text: str) -> str:
        """Read deltas until they begin with `text`; return them joined."""
        read = ""
        while not read.startswith(text):
            read += self.until("delta")["text"]
        return read


def text_of(frames: list[Frame]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "delta")


def sequence_of(frames: list[Frame]) -> list[int]:
    return [frame["seq"] for frame in frames if "seq" in frame]
