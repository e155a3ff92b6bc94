"""The chat by REST, by server-sent events, and by the OpenAI client's words."""

import json
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from asgiref.sync import sync_to_async

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import system_scope
from accounts.tokens import access_token
from chatbot.protocol import MAX_FRAME_BYTES
from chatbot.refusing import cut_short
from chatbot.turn import ANSWER_BYTES, FRAME_CHARACTERS
from config.asgi import application
from conversations.models import Message
from retrieval.models import Document, Passage
from tests.chatbot.conftest import QUESTION, Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ASKED = [{"role": "user", "content": QUESTION}]


def client(person: User | None = None, **headers: str) -> httpx.AsyncClient:
    """Return a client inside of this process; `person` signs its requests."""
    if person is not None:
        headers["Authorization"] = f"Bearer {access_token(actor_of(person))}"
    transport = httpx.ASGITransport(app=cast("Any", application))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)


def first_words() -> int | None:
    """Return what the only answer keeps of it."""
    with system_scope("test"):
        found: int | None = Message.objects.values_list("first_text_ms", flat=True).get(role="assistant")
    return found


def events_of(body: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in body.splitlines() if line.startswith("data: {")]


async def test_the_documents_example_is_answered_under_its_own_session(member: User) -> None:
    async with client(member) as http:
        asked = {"prompt": QUESTION, "session_id": "session123"}
        first = (await http.post("/chat", json=asked)).raise_for_status().json()
        second = (await http.post("/api/v1/chat", json=asked)).raise_for_status().json()
    assert first["session_id"] == second["session_id"] == "session123"
    assert first["conversation_id"] == second["conversation_id"]
    assert first["status"] == "complete"
    assert first["citations"][0]["quote"] in first["sources"][0]["passage"]["text"]
    assert set(first) >= {"response", "timestamp", "confidence", "confidence_level", "tokens_used"}


async def test_an_answer_keeps_how_long_its_first_words_took(member: User) -> None:
    async with client(member) as http:
        (await http.post("/chat", json={"prompt": QUESTION})).raise_for_status()
    assert await sync_to_async(first_words)() is not None


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"model": "gpt-4o"}, 404, "model_not_found", "model"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "empty_text", "messages"),
        ({"messages": [{"role": "user", "content": "א" * 5000}]}, 400, "text_too_long", "messages"),
        ({"messages": [{"role": "user"}]}, 400, "no_question", "messages"),
        ({"messages": [{"role": "assistant", "content": "שלום"}]}, 400, "no_question", "messages"),
    ],
)
async def test_a_completion_is_refused_by_the_name_that_the_client_knows(
    member: User, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    body = {"model": "sicha", "messages": [{"role": "user", "content": QUESTION}], **change}
    async with client(member) as http:
        answer = await http.post("/v1/chat/completions", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["details"]["field"]) == (status, code, field)


async def test_an_unknown_model_is_told_as_openai_s_clients_expect_it(member: User) -> None:
    async with client(member) as http:
        errors = [
            (await http.get("/v1/models/gpt-4o")).json()["error"],
            (await http.post("/v1/chat/completions", json={"model": "x", "messages": ASKED})).json()["error"],
        ]
    for error in errors:
        assert (error["code"], error["param"]) == ("model_not_found", "model")
        assert error["type"] == "invalid_request_error"
        assert error["message"]


async def test_socket_rest_and_events_give_the_same_citations(
    member: User, chat: Callable[[User], Chat]
) -> None:
    async with client(member) as http, chat(member) as talk:
        by_rest = (await http.post("/chat", json={"prompt": QUESTION})).json()
        stream = await http.post("/chat", json={"prompt": QUESTION}, headers={"Accept": "text/event-stream"})
        await talk.ask()
        by_socket = (await talk.until("done"))[-1]
    events = events_of(stream.text)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert [event["type"] for event in events][:2] == ["accepted", "stage"]
    assert "".join(event["text"] for event in events if event["type"] == "delta") == by_rest["response"]
    assert events[-1]["citations"] == by_socket["citations"] == by_rest["citations"] != []


def begin_second_pages_within_passages() -> None:
    with system_scope("test"):
        for passage in Passage.objects.all():
            Passage.objects.filter(pk=passage.pk).update(page=1)
            documents = Document.objects.filter(pk=passage.document_id)
            documents.update(page_starts=[0, passage.start + 1])


async def test_a_citation_says_on_which_page_its_quotation_begins(
    member: User, chat: Callable[[User], Chat]
) -> None:
    await sync_to_async(begin_second_pages_within_passages)()
    async with client(member) as http, chat(member) as talk:
        by_rest = (await http.post("/chat", json={"prompt": QUESTION})).json()
        await talk.ask()
        by_socket = (await talk.until("done"))[-1]
    [citation] = by_rest["citations"]
    assert (by_rest["sources"][0]["passage"]["page"], citation["page"]) == (1, 2)
    assert by_socket["citations"] == [citation]


async def test_an_idempotency_key_asks_once(member: User) -> None:
    async with client(member, **{"Idempotency-Key": "k1"}) as http:
        first = (await http.post("/chat", json={"prompt": QUESTION})).json()
        again = (await http.post("/chat", json={"prompt": QUESTION})).json()
        other = await http.post("/chat", json={"prompt": "שאלה אחרת"})
    assert again == first
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_json"),
        (b"[" * 50_000, 400, "invalid_json"),
        (b"[]", 400, "invalid_input"),
        (b"{}", 400, "invalid_input"),
        (b'{"prompt": 5}', 400, "invalid_input"),
        (b'{"prompt": " \\u0000 "}', 400, "empty_text"),
        (b'{"prompt": " \\u200f\\u2060 "}', 400, "empty_text"),
        (b'{"prompt": "a\\u0000b"}', 400, "invalid_characters"),
        (b'{"prompt": "a\\ud800b"}', 400, "invalid_characters"),
        (b'{"prompt": "%b"}' % (b"a" * 5000), 400, "text_too_long"),
        (b'{"prompt": "a", "session_id": "\\u0001"}', 400, "invalid_session_id"),
        (b'{"prompt": "a", "conversation_id": "x"}', 400, "invalid_input"),
    ],
)
async def test_bad_bodies_are_refused_with_a_stable_code(
    member: User, body: bytes, status: int, code: str
) -> None:
    async with client(member, **{"Content-Type": "application/json"}) as http:
        answer = await http.post("/chat", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("prompt", ["", " ", "\u200f"])
async def test_an_empty_question_is_refused_by_the_name_that_its_asker_gave_it(
    member: User, prompt: str
) -> None:
    async with client(member) as http:
        answer = await http.post("/chat", json={"prompt": prompt})
    assert (answer.json()["code"], answer.json()["details"]) == ("empty_text", {"field": "prompt"})


async def test_words_of_refusals_follow_the_language_that_is_asked_for(member: User) -> None:
    async with client(member) as http:
        english = await http.post("/chat", json={"prompt": ""}, headers={"Accept-Language": "en"})
        hebrew = await http.post("/chat", json={"prompt": ""}, headers={"Accept-Language": "he"})
    assert english.json()["message"] == "The text is empty."
    assert hebrew.json()["message"] == "הטקסט ריק."


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic abc", "Bearer \u00ff"])
async def test_without_a_valid_token_nothing_is_answered(header: str) -> None:
    async with client() as http:
        answer = await http.post(
            "/chat", json={"prompt": QUESTION}, headers={b"Authorization": header.encode("latin-1")}
        )
    assert answer.status_code == 401


async def test_an_answer_opens_to_its_asker_alone(member: User, stranger: User) -> None:
    async with client(member) as http, client(stranger) as other:
        answer = (await http.post("/chat", json={"prompt": QUESTION})).json()
        address = f"/api/v1/answers/{answer['answer_id']}"
        own = (await http.get(address)).json()
        events = events_of((await http.get(f"{address}/events", params={"after": 2})).text)
        refused = [
            await other.get(address),
            await other.get(f"{address}/events"),
            await other.post(f"{address}/stop"),
        ]
        assert (await http.post(f"{address}/stop")).status_code == 204
    assert own == answer
    assert [event["seq"] for event in events] == list(range(3, 3 + len(events)))
    assert [response.status_code for response in refused] == [404, 404, 404]


async def test_the_openai_interface_answers_with_citations_whole_and_streamed(member: User) -> None:
    body = {"model": "sicha", "messages": [{"role": "user", "content": QUESTION}]}
    async with client(member) as http:
        whole = (await http.post("/v1/chat/completions", json=body)).raise_for_status().json()
        stream = (await http.post("/v1/chat/completions", json={**body, "stream": True})).text
        models = (await http.get("/v1/models")).json()
    chunks = events_of(stream)
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == whole["choices"][0]["message"]["content"]
    assert stream.rstrip().endswith("data: [DONE]")
    assert chunks[-1]["sicha"]["citations"] == whole["sicha"]["citations"] != []
    assert [model["id"] for model in models["data"]] == ["sicha"]


async def test_the_limit_of_questions_says_when_it_opens_again(member: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "question": (2, 60)}
    async with client(member) as http:
        answers = [await http.post("/chat", json={"prompt": QUESTION}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_an_answer_can_be_had_anew_and_the_first_one_stays(member: User) -> None:
    async with client(member) as http:
        first = (await http.post("/chat", json={"prompt": QUESTION})).json()
        address = f"/api/v1/answers/{first['answer_id']}"
        again = (await http.post(f"{address}/regenerate")).raise_for_status().json()
        stream = await http.post(f"{address}/regenerate", headers={"Accept": "text/event-stream"})
        kept = (await http.get(address)).json()
    events = events_of(stream.text)
    assert again["question_id"] == first["question_id"] == events[0]["question_id"]
    assert len({first["answer_id"], again["answer_id"], events[0]["answer_id"]}) == 3
    assert again["response"] == first["response"] == kept["response"] == events[-1]["text"]


async def test_an_answer_that_is_being_written_is_not_begun_anew(
    member: User, chat: Callable[[User], Chat], ollama: FakeOllama
) -> None:
    async with client(member) as http, chat(member) as talk:
        accepted = await talk.ask()
        refused = await http.post(f"/api/v1/answers/{accepted['answer_id']}/regenerate")
        ollama.allow(20)
        await talk.until("done")
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_in_progress")


async def test_an_answer_that_the_model_had_to_cut_says_so(
    member: User, chat: Callable[[User], Chat], ollama: FakeOllama
) -> None:
    ollama.pieces, ollama.fault = ["מגיעים 21 ימים", " בשנה,"], "length"
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(20)
        frames = await talk.until("done", "error")
    assert (frames[-1]["type"], frames[-1]["text"]) == ("done", "מגיעים 21 ימים בשנה," + cut_short(QUESTION))


@pytest.mark.parametrize(("letter", "size"), [("א", 2), ("😀", 4), ('"', 2)])
async def test_a_model_that_does_not_end_is_ended_and_its_frames_are_bounded(
    member: User, chat: Callable[[User], Chat], ollama: FakeOllama, letter: str, size: int
) -> None:
    ollama.pieces = [letter * 9_000] * 10
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(20)
        frames = await talk.until("done", "error")
    deltas = [frame["text"] for frame in frames if frame["type"] == "delta"]
    assert max(map(len, deltas)) <= FRAME_CHARACTERS
    said_at_its_end = cut_short(QUESTION)
    assert "".join(deltas) == frames[-1]["text"] == letter * (ANSWER_BYTES // size) + said_at_its_end
    assert said_at_its_end.strip() == "התשובה הגיעה לאורך המרבי ונקטעה כאן."
    assert all(len(json.dumps(frame, ensure_ascii=False).encode()) < MAX_FRAME_BYTES for frame in frames)
    await ollama.hung_up.wait()
