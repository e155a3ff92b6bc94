"""What one process learns of another: a stop that was asked for elsewhere, an owner that died."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models import User
from accounts.tenancy import tenant_scope
from chatbot.supervisor import STOP_SIGNAL
from config.kernel import signals
from config.kernel.database import in_database
from conversations.models import Message
from conversations.services import reap_expired_turns
from tests.chatbot.conftest import Chat
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


async def test_a_stop_from_another_process_frees_the_model(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        accepted = await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await signals.publish(STOP_SIGNAL, answer_id=accepted["answer_id"])
        assert (await talk.until("done"))[-1]["status"] == "stopped"
        await ollama.hung_up.wait()


async def test_a_reader_is_told_how_an_answer_ended_whose_writer_is_gone(
    chat: ChatOf, member: User, ollama: FakeOllama, settings: Any
) -> None:
    settings.ANSWER_QUIET_SECONDS = 0.05

    def another_process_reaps(answer_id: str) -> None:
        with tenant_scope(member.organization_id):
            lapsed = {"lease_expires_at": now() - timedelta(hours=1), "text": "הספיק"}
            Message.objects.filter(pk=answer_id).update(**lapsed)
        assert reap_expired_turns() == 1

    async with chat(member) as talk:
        accepted = await talk.ask()
        ollama.allow(2)
        frames = await talk.until("delta")
        await in_database(another_process_reaps)(accepted["answer_id"])
        frames += await talk.until("done")
    *_others, earlier, done = frames
    assert (done["status"], done["text"], done["seq"]) == ("interrupted", "הספיק", earlier["seq"] + 1)
