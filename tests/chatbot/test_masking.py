"""An organisation that wants it shows the language model no personal data."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.services.organizations import choose
from accounts.types import Choices, Tone
from chatbot.llm.port import ChatMessage, Prompt
from chatbot.prompting import masked
from config.kernel.database import in_database
from tests.chatbot.conftest import QUESTION, Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]
ASKED = f"{QUESTION} 123456782, 052-1234567"


async def told(chat: ChatOf, person: User, ollama: FakeOllama) -> list[dict[str, Any]]:
    """Ask twice; return the messages of the second request, which has the first question in its history."""
    ollama.allow(100)
    async with chat(person) as talk:
        accepted = await talk.ask(text=ASKED)
        await talk.until("done")
        await talk.ask(text=ASKED, client_id="q2", conversation_id=accepted["conversation_id"])
        await talk.until("done")
    messages: list[dict[str, Any]] = ollama.requests[-1]["messages"]
    return messages


async def test_it_reads_words_in_their_place(chat: ChatOf, member: User, ollama: FakeOllama) -> None:
    await in_database(choose)(actor=actor_of(member), choices=Choices(masks_personal_data=True))
    asked = [each["content"] for each in await told(chat, member, ollama) if each["role"] == "user"]
    assert asked == [f"{QUESTION} [מספר זהות], [טלפון]"] * 2


async def test_it_is_told_in_which_tone_the_organisation_wants_its_answers(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    await in_database(choose)(actor=actor_of(member), choices=Choices(tone=Tone.FORMAL))
    [system, *_others] = await told(chat, member, ollama)
    assert (system["role"], "בלשון רשמית" in system["content"]) == ("system", True)


async def test_without_that_wish_it_reads_what_was_asked(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    asked = [each["content"] for each in await told(chat, member, ollama) if each["role"] == "user"]
    assert asked == [ASKED] * 2


def test_documents_keep_their_phones_and_lose_numbers_of_people() -> None:
    system = ChatMessage("system", "מוקד התמיכה: 03-1234567. ת״ז של המנהלת 123456782.")
    prompt = masked(Prompt(messages=(system,), question=QUESTION, passages=(), max_tokens=1))
    assert prompt.messages[0].text == "מוקד התמיכה: 03-1234567. ת״ז של המנהלת [מספר זהות]."
    assert prompt.question == QUESTION
