"""What a person does in one tab is told to the others, and to nobody else."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from channels.layers import get_channel_layer

from accounts.access import actor_of
from accounts.models import User
from chatbot.consumers import NEWS_KEPT, ChatConsumer
from config.kernel.database import in_database
from config.kernel.signals import group_of, hear
from conversations.organizing import ConversationChanges, change_conversation, delete_conversation
from tests.chatbot.conftest import Chat

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_question_a_new_name_and_a_deletion_are_told_to_the_other_tab(
    chat: Callable[[User], Chat], member: User
) -> None:
    async with chat(member) as one, chat(member) as other:
        await other.until("hello")  # from then on it is told
        accepted = await one.ask()
        told = await other.event("turn")
        assert told["answer_id"] == accepted["answer_id"]
        assert told["question_id"] == accepted["question_id"]
        await in_database(change_conversation)(
            actor=actor_of(member),
            conversation_id=accepted["conversation_id"],
            changes=ConversationChanges(title="חופשות"),
        )
        assert (await other.event("conversation"))["conversation_id"] == accepted["conversation_id"]
        await in_database(delete_conversation)(
            actor=actor_of(member), conversation_id=accepted["conversation_id"]
        )
        gone = await other.event("conversation_deleted")  # nobody has to ask for it in vain
        assert gone["conversation_id"] == accepted["conversation_id"]


async def test_others_are_told_of_their_own_conversations_alone(
    chat: Callable[[User], Chat], member: User, stranger: User
) -> None:
    async with chat(member) as one, chat(stranger) as other, chat(stranger) as listening:
        await listening.until("hello")
        theirs = await one.ask()
        own = await other.ask()
        assert own["conversation_id"] != theirs["conversation_id"]
        assert (await listening.event("turn"))["conversation_id"] == own["conversation_id"]


async def test_all_tabs_of_a_person_hear_by_one_channel_which_goes_with_the_last(
    chat: Callable[[User], Chat], member: User
) -> None:
    layer: Any = get_channel_layer()
    group = group_of(member.pk)
    async with chat(member) as listening:
        await listening.until("hello")
        for number in range(2):
            async with chat(member) as asking:
                await asking.ask(client_id=f"q{number}")
                await listening.event("turn")
                assert len(layer.groups[group]) == 1
    async with asyncio.timeout(20):
        while group in layer.groups:  # noqa: ASYNC110  the channel is given back in a task of its own
            await asyncio.sleep(0.01)


async def test_who_comes_while_the_last_one_leaves_is_told() -> None:
    layer: Any = get_channel_layer()
    heard: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    leave = hear("person.x", lambda _ids: None)
    await asyncio.sleep(0)  # begins to listen
    leave()
    leave = hear("person.x", heard.put_nowait)
    async with asyncio.timeout(20):
        while heard.empty():
            await layer.group_send("person.x", {"type": "tell", "topic": "turn"})
            await asyncio.sleep(0.01)
    leave()
    assert await heard.get() == {"topic": "turn"}


async def test_a_tab_that_reads_nothing_is_kept_the_latest_news_once() -> None:
    sent: list[str] = []
    may_send = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        await may_send.wait()
        sent.append(message["text"])

    tab = ChatConsumer({"headers": [], "subprotocols": []}, asyncio.Event().wait, send)  # type: ignore[arg-type]
    await tab.opened()
    tab.is_open = True
    tab.hear({"topic": "turn", "answer_id": "first"})
    await asyncio.sleep(0)  # it is on its way
    for number in range(3 * NEWS_KEPT):
        tab.hear({"topic": "turn", "answer_id": f"{number}"})
        tab.hear({"topic": "turn", "answer_id": f"{number}"})
    may_send.set()
    async with asyncio.timeout(20):
        while len(sent) < NEWS_KEPT + 1:  # noqa: ASYNC110
            await asyncio.sleep(0)
    answers = [json.loads(text)["answer_id"] for text in sent]
    assert answers == ["first", *(f"{number}" for number in range(2 * NEWS_KEPT, 3 * NEWS_KEPT))]
