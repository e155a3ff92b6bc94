"""The official `openai` client against a real server: nothing but its base URL and key is changed."""

from collections.abc import Iterator

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.e2e.documents import QUESTION, QUOTE, UNANSWERABLE
from tests.e2e.servers import Person, Product

ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]


@pytest.fixture
def access(product: Product, person: Person) -> str:
    body = {"username": person.username, "password": person.password}
    return str(httpx.post(f"{product.url}/login", json=body, timeout=30).raise_for_status().json()["access"])


@pytest.fixture
def client(product: Product, access: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{product.url}/v1", api_key=access, max_retries=0) as client:
        yield client


def test_it_lists_the_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["sicha"]
    assert client.models.retrieve("sicha").object == "model"


def test_an_answer_carries_its_citations_in_the_extension_field(client: openai.OpenAI) -> None:
    completion = client.chat.completions.create(model="sicha", messages=ASKED)
    assert QUOTE in (completion.choices[0].message.content or "")
    assert completion.choices[0].finish_reason == "stop"
    assert completion.model_extra is not None
    citations = completion.model_extra["sicha"]["citations"]
    assert [citation["number"] for citation in citations] == [1]


def test_the_streamed_words_and_citations_are_those_of_the_whole_answer(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="sicha", messages=ASKED)
    words, extensions = "", []
    with client.chat.completions.create(model="sicha", messages=ASKED, stream=True) as stream:
        for chunk in stream:
            words += "".join(choice.delta.content or "" for choice in chunk.choices)
            extensions += [(chunk.model_extra or {}).get("sicha")]
    last = next(extension for extension in reversed(extensions) if extension)
    assert words == whole.choices[0].message.content
    assert whole.model_extra is not None
    assert last["citations"] == whole.model_extra["sicha"]["citations"]


def test_the_usage_comes_in_a_chunk_without_choices_when_asked_for(client: openai.OpenAI) -> None:
    with client.chat.completions.create(
        model="sicha", messages=ASKED, stream=True, stream_options={"include_usage": True}
    ) as stream:
        *_others, last = list(stream)
    assert last.choices == []
    assert last.usage is not None


def test_what_is_not_in_the_documents_is_refused_in_words(client: openai.OpenAI) -> None:
    asked: list[ChatCompletionMessageParam] = [{"role": "user", "content": UNANSWERABLE}]
    completion = client.chat.completions.create(model="sicha", messages=asked)
    assert completion.model_extra is not None
    assert completion.model_extra["sicha"]["status"] == "refused"
    assert completion.model_extra["sicha"]["citations"] == []


def test_a_wrong_key_is_an_authentication_error(product: Product) -> None:
    with (
        openai.OpenAI(base_url=f"{product.url}/v1", api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.chat.completions.create(model="sicha", messages=ASKED)


def test_a_conversation_that_does_not_end_with_a_question_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="sicha", messages=[{"role": "assistant", "content": "שלום"}])
    assert refused.value.code == "no_question"
