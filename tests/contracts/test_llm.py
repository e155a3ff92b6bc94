"""What every language model promises to the turn; and that the scripted server speaks like the real one."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chatbot.llm.extractive import Extractive
from chatbot.llm.ollama import Ollama
from chatbot.llm.openai_compatible import OpenAICompatible
from chatbot.llm.port import (
    ChatMessage,
    LanguageModel,
    ModelTimeoutError,
    ModelUnavailableError,
    Piece,
    Prompt,
    TokenCount,
)
from chatbot.llm.served import ServedModel, TimeLimits
from retrieval.types import DocumentRef, FoundPassage, Sentence
from tests.fakes.dialects import PROMPT_TOKENS
from tests.fakes.ollama import FakeOllama, Fault
from tests.real_servers import stack_setting

ANSWER = ["לכל עובדת ", "ולכל עובד", " 18 ימים", " 🙂", " [1]."]
SENTENCE = "לכל עובד מגיעים 18 ימי חופשה בשנה."
PASSAGE = FoundPassage(
    id=uuid4(),
    document=DocumentRef(uuid4(), "נוהל חופשה", "hr"),
    text=SENTENCE,
    page=None,
    heading="",
    score=1.0,
    dense=0.9,
    sentences=(Sentence(SENTENCE, 0, len(SENTENCE), 1.0),),
)
PROMPT = Prompt(
    messages=(ChatMessage("system", "Answer."), ChatMessage("user", "כמה ימי חופשה?")),
    question="כמה ימי חופשה?",
    passages=(PASSAGE,),
    max_tokens=8,
)
NOBODY = "http://127.0.0.1:9"
SERVED = ["ollama", "openai"]
CHAT_PATHS = {"ollama": "/api/chat", "openai": "/v1/chat/completions"}


def served(kind: str, url: str, model: str = "scripted", limits: TimeLimits | None = None) -> ServedModel:
    if kind == "ollama":
        return Ollama(base_url=url, model=model, num_ctx=1024, time_limits=limits)
    return OpenAICompatible(base_url=f"{url}/v1", model=model, time_limits=limits)


async def pieces_of(model: LanguageModel) -> list[Piece]:
    async with aclosing(model.stream(PROMPT)) as pieces:
        return [piece async for piece in pieces]


@pytest.fixture
async def fake() -> AsyncIterator[FakeOllama]:
    async with FakeOllama(ANSWER) as server:
        yield server


@pytest.fixture(
    params=[
        "extractive",
        *SERVED,
        *(pytest.param(f"real {kind}", marks=pytest.mark.stack) for kind in SERVED),
    ]
)
async def model(request: pytest.FixtureRequest, fake: FakeOllama) -> AsyncIterator[LanguageModel]:
    real, _space, kind = str(request.param).rpartition(" ")
    made: LanguageModel = Extractive()
    if real:
        made = served(kind, stack_setting("OLLAMA_URL"), stack_setting("OLLAMA_MODEL"))
    elif kind in SERVED:
        made = served(kind, fake.url)
    yield made
    await made.aclose()


@pytest.fixture(params=SERVED)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_an_answer_comes_in_pieces_of_text(model: LanguageModel) -> None:
    pieces = await pieces_of(model)
    assert "".join(piece.text for piece in pieces).strip()
    assert all(isinstance(piece.text, str) for piece in pieces)


async def test_a_model_that_counts_says_so_once_at_the_end(model: LanguageModel) -> None:
    counts = [piece.tokens for piece in await pieces_of(model) if piece.tokens]
    if isinstance(model, ServedModel):
        assert len(counts) == 1
        assert counts[0].prompt > 0
        assert 0 < counts[0].completion <= PROMPT.max_tokens


async def test_a_model_has_a_name_and_is_well(model: LanguageModel) -> None:
    assert model.name
    assert await model.is_healthy()


async def test_leaving_in_the_middle_leaves_the_model_usable(model: LanguageModel) -> None:
    async with aclosing(model.stream(PROMPT)) as pieces:
        await anext(pieces)
    assert await pieces_of(model)


async def test_the_text_arrives_as_it_was_written_however_the_wire_tears_it(kind: str) -> None:
    async with FakeOllama(ANSWER, torn=True) as server:
        model = served(kind, server.url)
        pieces = await pieces_of(model)
        await model.aclose()
    assert "".join(piece.text for piece in pieces) == "".join(ANSWER)
    assert pieces[-1].tokens == TokenCount(PROMPT_TOKENS, len(ANSWER))


@pytest.mark.parametrize(("fault", "is_cut"), [("none", False), ("length", True)])
async def test_an_answer_that_the_bound_ended_is_told_from_one_that_is_whole(
    kind: str, fault: Fault, is_cut: bool
) -> None:
    async with FakeOllama(ANSWER, fault=fault) as server:
        model = served(kind, server.url)
        pieces = await pieces_of(model)
        await model.aclose()
    assert any(piece.is_cut for piece in pieces) is is_cut


async def test_the_model_is_asked_for_a_stream_within_its_limits(kind: str, fake: FakeOllama) -> None:
    model = served(kind, fake.url)
    await pieces_of(model)
    await model.aclose()
    [body] = fake.requests
    assert body["stream"] is True
    assert body["messages"][1] == {"role": "user", "content": "כמה ימי חופשה?"}
    assert PROMPT.max_tokens in {body.get("max_tokens"), body.get("options", {}).get("num_predict")}


async def test_closing_the_stream_frees_the_model(kind: str) -> None:
    async with FakeOllama(ANSWER, gated=True) as server:
        model = served(kind, server.url)
        async with aclosing(model.stream(PROMPT)) as pieces:
            server.allow(1)
            assert (await anext(pieces)).text == ANSWER[0]
        await server.hung_up.wait()
        await model.aclose()


@pytest.mark.parametrize("fault", ["status", "cut", "error_line"])
async def test_a_failing_model_is_unavailable(kind: str, fault: Fault) -> None:
    async with FakeOllama(ANSWER, fault=fault) as server:
        model = served(kind, server.url)
        with pytest.raises(ModelUnavailableError):
            await pieces_of(model)
        await model.aclose()


@pytest.mark.parametrize("limits", [TimeLimits(idle=0.05), TimeLimits(total=0.05)])
async def test_a_model_that_falls_silent_is_out_of_time(kind: str, limits: TimeLimits) -> None:
    async with FakeOllama(ANSWER[:1], fault="silent") as server:
        model = served(kind, server.url, limits=limits)
        with pytest.raises(ModelTimeoutError):
            await pieces_of(model)
        await server.hung_up.wait()
        await model.aclose()


async def test_nobody_there_is_unavailable_and_not_well(kind: str) -> None:
    model = served(kind, NOBODY)
    with pytest.raises(ModelUnavailableError):
        await pieces_of(model)
    assert not await model.is_healthy()
    await model.aclose()


async def test_a_key_is_sent_where_one_is_set(fake: FakeOllama) -> None:
    model = OpenAICompatible(base_url=f"{fake.url}/v1", model="m", api_key="s3cret")
    await pieces_of(model)
    await model.aclose()
    assert "Authorization: Bearer s3cret" in fake.headers[0]


@pytest.mark.stack
async def test_a_model_that_the_server_does_not_have_is_unavailable(kind: str) -> None:
    async with FakeOllama(ANSWER, model="scripted") as fake:
        for url in (fake.url, stack_setting("OLLAMA_URL")):
            model = served(kind, url, model="nobody-has-this")
            with pytest.raises(ModelUnavailableError):
                await pieces_of(model)
            await model.aclose()


@pytest.mark.stack
async def test_the_scripted_server_says_nothing_that_the_real_one_does_not(
    kind: str, fake: FakeOllama
) -> None:
    scripted = await _spoken(kind, fake.url, "scripted")
    real = await _spoken(kind, stack_setting("OLLAMA_URL"), stack_setting("OLLAMA_MODEL"))
    assert scripted.kind == real.kind
    assert scripted.forms <= real.forms
    assert scripted.last == real.last


class _Spoken:
    """What a server said: the type of its content, the forms of its objects, the words that end it."""

    def __init__(self, response: httpx.Response) -> None:
        self.kind = response.headers["content-type"].partition(";")[0]
        lines = [line.removeprefix("data:").strip() for line in response.text.splitlines() if line.strip()]
        self.last = lines[-1] if not lines[-1].startswith("{") else ""
        bodies = [json.loads(line) for line in lines if line.startswith("{")]
        self.forms = {form for body in bodies for form in _forms(body)}


async def _spoken(kind: str, url: str, model: str) -> _Spoken:
    body = served(kind, url, model=model).request_body(PROMPT)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        return _Spoken(await client.post(f"{url}{CHAT_PATHS[kind]}", json=body))


def _forms(value: Any, path: str = "") -> set[str]:
    """Return every place in the object with the type of what stands there."""
    if isinstance(value, dict):
        return {form for name, inner in value.items() for form in _forms(inner, f"{path}.{name}")}
    if isinstance(value, list):
        return {form for inner in value for form in _forms(inner, f"{path}[]")} or {f"{path}[]"}
    return {f"{path}: {type(value).__name__}"}
