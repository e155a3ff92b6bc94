"""The chat by WebSocket: asking, following, stopping, resuming, and what is refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from channels.testing import WebsocketCommunicator

from accounts.models import User
from config.asgi import application
from tests.chatbot.conftest import QUESTION, Chat, Frame
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
NOBODYS = UUID("6f9619ff-8b86-4d01-b42d-00c04fc964ff")
ChatOf = Callable[[User], Chat]


def text_of(frames: list[Frame]) -> str:
    return "".join(frame["text"] for frame in frames if frame["type"] == "delta")


async def test_an_answer_streams_with_its_citation_and_gapless_numbers(chat: ChatOf, member: User) -> None:
    async with chat(member) as talk:
        assert (await talk.receive())["type"] == "hello"
        accepted = await talk.ask()
        frames = await talk.until("done", "error")
    done = frames[-1]
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert {frame["answer_id"] for frame in frames} == {accepted["answer_id"]}
    assert done["status"] == "complete"
    assert text_of(frames) == done["text"]
    assert "[1]" in done["text"]
    assert done["citations"][0]["quote"] in "\n".join(
        source["passage"]["text"]
        for frame in frames
        if frame["type"] == "sources"
        for source in frame["sources"]
    )


async def test_stop_ends_the_stream_within_two_deltas_and_frees_the_model(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        accepted = await talk.ask()
        ollama.allow(3)
        before = await talk.until("delta")
        while "מילה2" not in text_of(before):
            before += await talk.until("delta")
        await talk.send("stop", answer_id=accepted["answer_id"])
        ollama.allow(1)
        after = await talk.until("done", "error")
    assert sum(frame["type"] == "delta" for frame in after) <= 2
    assert after[-1]["status"] == "stopped"
    assert text_of(before + after) == after[-1]["text"] != ""
    await ollama.hung_up.wait()


async def test_stop_reaches_a_quotation_in_time_as_well(chat: ChatOf, member: User, settings: Any) -> None:
    settings.LLM = {
        "BACKEND": "chatbot.llm.extractive.Extractive",
        "OPTIONS": {"piece_seconds": 600.0, "most_seconds": 6_000.0},
    }
    async with chat(member) as talk:
        accepted = await talk.ask()
        before = await talk.until("delta")
        await talk.send("stop", answer_id=accepted["answer_id"])
        after = await talk.until("done", "error")
    assert [frame["type"] for frame in after] == ["done"]
    assert after[-1]["status"] == "stopped"
    assert text_of(before) == after[-1]["text"] != ""


async def test_resume_after_a_cut_gives_exactly_the_remainder(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        accepted = await talk.ask()
        ollama.allow(4)
        seen = await talk.until("delta")
    ollama.allow(3)
    async with chat(member) as again:
        await again.send("resume", answer_id=accepted["answer_id"], after_seq=seen[-1]["seq"])
        rest = (await again.until("delta"))[1:]
        ollama.allow(10)
        rest += await again.until("done", "error")
    frames = seen + rest
    assert [frame["seq"] for frame in frames] == list(range(1, len(frames) + 1))
    assert text_of(frames) == frames[-1]["text"]
    assert frames[-1]["text"].endswith("[1].")


@pytest.mark.parametrize("beyond", [0, 1, 1000], ids=["the end", "one more", "far more"])
async def test_resume_after_the_end_gives_the_stored_end(chat: ChatOf, member: User, beyond: int) -> None:
    async with chat(member) as talk:
        accepted = await talk.ask()
        done = (await talk.until("done"))[-1]
        after = done["seq"] + beyond
        await talk.send("resume", answer_id=accepted["answer_id"], after_seq=after)
        assert await talk.receive() == {**done, "seq": after + 1}


async def test_two_tabs_see_the_same_stream(chat: ChatOf, member: User, ollama: FakeOllama) -> None:
    async with chat(member) as first, chat(member) as second:
        accepted = await first.ask()
        await second.send("resume", answer_id=accepted["answer_id"], after_seq=0)
        ollama.allow(10)
        one = await first.until("done")
        other = (await second.until("done"))[1:]
    assert one == other


async def test_the_same_client_id_twice_is_one_question(chat: ChatOf, member: User) -> None:
    async with chat(member) as talk:
        first = await talk.ask(client_id="same")
        await talk.until("done")
        again = await talk.ask(client_id="same")
        done = (await talk.until("done"))[-1]
    assert again == first
    assert done["answer_id"] == first["answer_id"]


async def test_a_model_that_fails_keeps_the_question_and_says_so(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    ollama.fault = "status"
    async with chat(member) as talk:
        await talk.ask()
        error = (await talk.until("done", "error"))[-1]
        assert (error["type"], error["code"]) == ("error", "model_unavailable")
        ollama.fault = "none"
        ollama.allow(10)
        await talk.ask(client_id="q2")
        assert (await talk.until("done", "error"))[-1]["status"] == "complete"


async def test_a_model_that_dies_leaves_what_it_wrote_as_interrupted(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    ollama.fault = "cut"
    ollama.allow(10)
    async with chat(member) as talk:
        await talk.ask()
        done = (await talk.until("done", "error"))[-1]
    assert done["status"] == "interrupted"
    assert done["text"].startswith("מילה0")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "invalid_frame"),
        ('{"type": "subscribe"}', "unknown_frame"),
        ('{"type": "ask", "client_id": "a", "text": "  "}', "empty_text"),
        ('{"type": "ask", "client_id": "a", "text": "\\u0000\\u202e"}', "empty_text"),
        ('{"type": "ask", "client_id": "a", "text": " \\u200f\\u2060 "}', "empty_text"),
        ('{"type": "ask", "client_id": "a", "text": "a\\u0000b"}', "invalid_characters"),
        ('{"type": "ask", "client_id": "a", "text": "a\\ud800b"}', "invalid_characters"),
        ('{"type": "ask", "client_id": "", "text": "שאלה"}', "invalid_client_id"),
        ('{"type": "ask", "client_id": "\\ud800", "text": "שאלה"}', "invalid_client_id"),
        ('{"type": "ask", "client_id": "continues 1", "text": "שאלה"}', "invalid_client_id"),
        ('{"type": "\\ud800"}', "unknown_frame"),
        ('{"type": "ask", "client_id": "a", "text": "שאלה", "session_id": "\\n"}', "invalid_session_id"),
        (f'{{"type": "ask", "client_id": "a", "text": "{"א" * 5000}"}}', "text_too_long"),
        (f'{{"type": "stop", "answer_id": "{NOBODYS}"}}', "not_found"),
        (f'{{"type": "resume", "answer_id": "{NOBODYS}", "after_seq": 0}}', "not_found"),
        ('{"type": "auth", "ticket": "again"}', "already_authenticated"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_socket_lives_on(
    chat: ChatOf, member: User, text: str, code: str
) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        await talk.socket.send_to(text_data=text)
        refusal = await talk.receive()
        assert (refusal["type"], refusal["code"]) == ("error", code)
        assert any("\u05d0" <= letter <= "\u05ea" for letter in refusal["message"])
        await talk.ask()
        assert (await talk.until("done", "error"))[-1]["status"] == "complete"


@pytest.mark.parametrize("kind", ["ask", "stop", "resume", "ack"])
async def test_nothing_is_done_before_signing_in(kind: str) -> None:
    async with Chat() as talk:
        fields = {"answer_id": uuid4(), "client_id": "a", "text": QUESTION, "after_seq": 0, "seq": 1}
        await talk.send(kind, **fields)
        assert (await talk.receive())["code"] == "not_authenticated"
        await talk.send("auth", ticket="invented")
        assert (await talk.receive())["code"] == "ticket_invalid"


async def test_nobody_else_can_follow_or_stop_an_answer(chat: ChatOf, member: User, stranger: User) -> None:
    async with chat(member) as talk, chat(stranger) as other:
        accepted = await talk.ask()
        await talk.until("done")
        await other.until("hello")
        await other.send("resume", answer_id=accepted["answer_id"], after_seq=0)
        assert (await other.receive())["code"] == "not_found"
        await other.send("stop", answer_id=accepted["answer_id"])
        assert (await other.receive())["code"] == "not_found"
        await other.send("ask", client_id="x", text=QUESTION, conversation_id=accepted["conversation_id"])
        assert (await other.receive())["code"] == "not_found"


async def test_another_organisation_does_not_find_the_document(chat: ChatOf, outsider: User) -> None:
    async with chat(outsider) as talk:
        await talk.ask()
        frames = await talk.until("done", "error")
    assert frames[-1]["status"] == "refused"
    assert next(frame for frame in frames if frame["type"] == "sources")["sources"] == []


@pytest.mark.parametrize("origin", [b"http://evil.example", b"null", b"http://localhost:8000.evil.example"])
async def test_a_foreign_origin_is_turned_away_at_the_handshake(origin: bytes) -> None:
    socket = WebsocketCommunicator(application, "/ws/chat/", headers=[(b"origin", origin)])
    connected, code = await socket.connect()
    assert (connected, code) == (False, 4403)


async def test_an_unknown_address_is_turned_away() -> None:
    connected, _code = await WebsocketCommunicator(application, "/ws/other/").connect()
    assert not connected
