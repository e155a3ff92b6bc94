"""Who leaves before the question is accepted finds it answered all the same."""

import asyncio
from contextlib import suppress

import pytest

from accounts.access import actor_of
from accounts.models import User
from chatbot.answers import Question, ask, finished
from tests.chatbot.conftest import QUESTION

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@pytest.mark.parametrize("steps", range(8))
async def test_a_connection_that_breaks_while_asking_loses_no_answer(member: User, steps: int) -> None:
    actor, question = actor_of(member), Question(QUESTION, client_id="q1")
    asking = asyncio.create_task(ask(actor, question))
    for _step in range(steps):
        await asyncio.sleep(0)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(20):
        body = await finished(actor, await ask(actor, question))
    assert (body["status"], body["citations"] != []) == ("complete", True)
