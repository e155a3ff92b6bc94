"""Organisations with documents, and people of theirs who ask."""

import secrets
import time
from dataclasses import dataclass, field

import httpx

from tools.stack.folders import ROOT

DOCUMENTS = ("hr-vacation", "it-vpn", "it-passwords", "finance-expenses")
INDEX_SECONDS = 240


@dataclass(slots=True)
class Person:
    username: str
    password: str = field(default_factory=lambda: f"Tapuach-{secrets.token_hex(6)}")
    access: str = ""

    def log_in(self, address: str) -> None:
        """Get a token; raises httpx.HTTPError."""
        body = {"username": self.username, "password": self.password}
        answer = httpx.post(f"{address}/login", json=body, timeout=20).raise_for_status()
        self.access = answer.json()["access"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"}


def found_organization(address: str, name: str) -> Person:
    """Found an organisation and give it documents; return its manager when they can be searched."""
    person = Person(f"manager-{secrets.token_hex(4)}")
    registration = {
        "username": person.username,
        "password": person.password,
        "email": f"{person.username}@example.org",
        "organization": name,
    }
    answer = httpx.post(f"{address}/register", json=registration, timeout=60).raise_for_status()
    person.access = answer.json()["access"]
    with httpx.Client(base_url=address, headers=person.headers, timeout=60) as client:
        for document in DOCUMENTS:
            _wait_until_indexed(client, _upload(client, document))
    return person


def _upload(client: httpx.Client, name: str) -> str:
    text = (ROOT / "demo" / "documents" / f"{name}.md").read_text(encoding="utf-8")
    body = {"title": name, "content": text, "category": name.partition("-")[0]}
    return str(client.post("/api/v1/documents", json=body).raise_for_status().json()["id"])


def _wait_until_indexed(client: httpx.Client, document: str) -> None:
    deadline = time.monotonic() + INDEX_SECONDS
    while time.monotonic() < deadline:
        if client.get(f"/api/v1/documents/{document}").raise_for_status().json()["status"] == "indexed":
            return
        time.sleep(0.3)
    raise TimeoutError("a document was not indexed")
