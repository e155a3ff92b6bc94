"""One question on the page, by REST, by events, by the socket and through OpenAI's words: the same
citations, field by field.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Person, Product

FIELDS = ("number", "passage_id", "document_id", "document_title", "quote", "start", "end")
Citations = list[dict[str, Any]]

# A citation's place on the page holds what its panel is opened with.
SHOWN = """places => places.map(({dataset, textContent}) => ({
  number: Number(dataset.citation), passage_id: dataset.passage, document_title: dataset.title,
  quote: dataset.quote, start: Number(dataset.start), said: textContent}))"""


@pytest.fixture
def program(product: Product, person: Person) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=product.url, timeout=30) as client:
        sign_in = {"username": person.username, "password": person.password}
        access = client.post("/login", json=sign_in).raise_for_status().json()["access"]
        client.headers["Authorization"] = f"Bearer {access}"
        yield client


def on_the_page(chat: ChatPage, program: httpx.Client) -> Citations:
    chat.ask(QUESTION)
    chat.wait_for_end()
    shown = chat.answer.locator(".source__button").evaluate_all(SHOWN)
    for place in shown:
        assert str(place["number"]) in place["said"]
        assert place.pop("document_title") in place.pop("said")
        passage = program.get(f"/api/v1/passages/{place['passage_id']}").raise_for_status().json()
        assert place["quote"] in passage["text"]
        place["document_id"] = passage["document"]["id"]
        place["document_title"] = passage["document"]["title"]
        # The page counts as JavaScript does; all these texts are of the plane where that is the same.
        place["end"] = place["start"] + len(place["quote"])
    return list(shown)


def by_events(program: httpx.Client) -> dict[str, Any]:
    answer = program.post("/chat", json={"prompt": QUESTION}, headers={"Accept": "text/event-stream"})
    frames = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    done: dict[str, Any] = frames[-1]
    return done


def by_socket(program: httpx.Client, product: Product) -> dict[str, Any]:
    ticket = program.post("/api/v1/ws-ticket").raise_for_status().json()["ticket"]
    with connect(f"{product.url.replace('http', 'ws', 1)}/ws/chat/", proxy=None) as socket:
        socket.send(json.dumps({"type": "auth", "ticket": ticket}))
        assert json.loads(socket.recv(timeout=30))["type"] == "hello"
        socket.send(json.dumps({"type": "ask", "client_id": "same", "text": QUESTION}))
        frame: dict[str, Any] = {"type": ""}
        while frame["type"] not in {"done", "error"}:
            frame = json.loads(socket.recv(timeout=30))
    return frame


def completed(program: httpx.Client) -> dict[str, Any]:
    body = {"model": "sicha", "messages": [{"role": "user", "content": QUESTION}]}
    answer = program.post("/v1/chat/completions", json=body).raise_for_status().json()
    return {"text": answer["choices"][0]["message"]["content"], **answer["sicha"]}


def test_every_way_in_gives_the_same_citations(
    chat: ChatPage, program: httpx.Client, product: Product
) -> None:
    rest = program.post("/chat", json={"prompt": QUESTION}).raise_for_status().json()
    cited = rest["citations"]
    assert cited
    assert [set(citation) for citation in cited] == [{*FIELDS, "page"}] * len(cited)
    assert [citation["number"] for citation in cited] == list(range(1, len(cited) + 1))
    others = [by_events(program), by_socket(program, product), completed(program)]
    assert [other["citations"] for other in others] == [cited] * 3
    assert [other["text"] for other in others] == [rest["response"]] * 3
    assert on_the_page(chat, program) == [{name: citation[name] for name in FIELDS} for citation in cited]
