"""Another answer to the same question stands beside the first, and is written like any other."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tokens import access_token
from config.asgi import application
from config.kernel.database import in_database
from conversations.reading import BranchPlace, branch_page
from tests.chatbot.conftest import Chat

pytestmark = pytest.mark.django_db(transaction=True)


async def post(person: User, url: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {access_token(actor_of(person))}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        return await client.post(url)


async def test_a_second_answer_is_written_and_both_are_kept(
    chat: Callable[[User], Chat], knowledge: None, member: User
) -> None:
    async with chat(member) as socket:
        first = await socket.ask()
        await socket.until("done")
        response = await post(member, f"/api/v1/messages/{first['answer_id']}/regenerate")
        assert response.status_code == 202
        again = response.json()
        assert again["question_id"] == first["question_id"]
        await socket.send("resume", answer_id=again["answer_id"], after_seq=0)
        done = (await socket.until("done"))[-1]
        assert done["answer_id"] == again["answer_id"] != first["answer_id"]
        page = await in_database(branch_page)(
            actor=actor_of(member), conversation_id=again["conversation_id"], place=BranchPlace()
        )
    assert [len(group) for group in page.siblings.values()] == [2]


async def test_nobody_elses_answer_and_no_question_is_answered_again(
    chat: Callable[[User], Chat], knowledge: None, member: User, stranger: User
) -> None:
    async with chat(member) as socket:
        first = await socket.ask()
        await socket.until("done")
    assert (await post(stranger, f"/api/v1/messages/{first['answer_id']}/regenerate")).status_code == 404
    for wrong in (first["question_id"], uuid4(), "nonsense"):
        assert (await post(member, f"/api/v1/messages/{wrong}/regenerate")).status_code == 404
