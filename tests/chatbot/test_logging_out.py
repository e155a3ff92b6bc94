"""What is open ends with the sign-in that it came of, and follows what the account may do."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import httpx
import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from accounts.access import actor_of
from accounts.models import Department, Session, User
from accounts.services.members import MemberChange, change_member, deactivate_member
from accounts.services.organizations import delete_department
from accounts.services.passwords import change_password
from accounts.services.refresh import end_family, issue_tokens
from accounts.tickets import issue_ticket
from accounts.tokens import actor_of_token
from accounts.types import Role
from chatbot.supervisor import get_supervisor
from config.asgi import application
from config.kernel.database import in_database
from tests.builders import PASSWORD
from tests.chatbot.conftest import QUESTION, Chat
from tests.conftest import BrowserOf
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


def page_of(client: Client) -> Chat:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}".encode()
    return Chat((b"origin", settings.ALLOWED_ORIGINS[0].encode()), (b"cookie", cookie))


async def program_of(access: str) -> Chat:
    ticket = await in_database(lambda: issue_ticket(actor_of_token(access)))()
    return Chat(subprotocols=[f"ticket.{ticket}"])


async def next_close(socket: WebsocketCommunicator) -> int:
    while (message := await socket.receive_output(20))["type"] != "websocket.close":
        pass
    return int(message["code"])


async def test_the_sockets_of_a_page_close_when_it_logs_out(
    browser: BrowserOf, member: User, settings: Any
) -> None:
    settings.ACCESS_CHECK_SECONDS = 3600  # the signal alone
    client = await in_database(browser)(member)
    async with page_of(client) as talk, page_of(client) as other_tab:
        for each in (talk, other_tab):
            assert (await each.receive())["type"] == "hello"
        await in_database(client.post)("/accounts/logout/")
        for each in (talk, other_tab):
            assert (await each.until("error"))[-1]["code"] == "session_ended"
            assert await next_close(each.socket) == 4401


@pytest.mark.parametrize("kind", ["ask", "stop", "resume"])
async def test_where_no_signal_arrives_the_next_frame_is_refused(
    browser: BrowserOf, member: User, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await in_database(browser)(member)
    async with page_of(client) as talk:
        assert (await talk.receive())["type"] == "hello"
        accepted = await talk.ask()
        await talk.until("done")
        monkeypatch.setattr(get_supervisor().watch, "_watched", set())
        await in_database(client.logout)()
        await talk.send(kind, client_id="q2", text="ועוד?", after_seq=0, answer_id=accepted["answer_id"])
        assert (await talk.until("error"))[-1]["code"] == "session_ended"
        assert await next_close(talk.socket) == 4401


async def test_where_no_signal_arrives_the_round_finds_it(
    browser: BrowserOf, member: User, settings: Any
) -> None:
    settings.ACCESS_CHECK_SECONDS = 0.01
    client = await in_database(browser)(member)
    async with page_of(client) as talk:
        assert (await talk.receive())["type"] == "hello"

        await in_database(Session.objects.all().update)(expire_date=now())
        assert await next_close(talk.socket) == 4401


async def test_another_page_of_the_same_person_stays_signed_in(browser: BrowserOf, member: User) -> None:
    gone, here = await in_database(browser)(member), await in_database(browser)(member)
    async with page_of(here) as talk:
        await talk.until("hello")
        await in_database(gone.logout)()
        await talk.ask()
        assert (await talk.until("done"))[-1]["status"] == "complete"


async def test_the_socket_of_a_program_closes_when_it_signs_out(member: User, settings: Any) -> None:
    settings.ACCESS_CHECK_SECONDS = 3600  # the signal alone
    tokens = await in_database(issue_tokens)(actor=actor_of(member))
    others = await in_database(issue_tokens)(actor=actor_of(member))
    async with await program_of(tokens.access) as talk, await program_of(others.access) as stays:
        await talk.until("hello")
        await stays.until("hello")
        await in_database(end_family)(refresh=tokens.refresh)
        assert await next_close(talk.socket) == 4401
        await stays.ask()
        assert (await stays.until("done"))[-1]["status"] == "complete"


async def test_a_new_password_closes_what_is_open(chat: ChatOf, member: User) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        new = {"current": PASSWORD, "new": "Agas-77-Shaked-Tov"}
        await in_database(change_password)(actor=actor_of(member), **new)
        assert (await talk.until("error"))[-1]["code"] == "session_ended"
        assert await next_close(talk.socket) == 4401


async def test_who_is_shut_out_sees_nothing_more_and_frees_the_model(
    chat: ChatOf, member: User, manager: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await in_database(deactivate_member)(actor=actor_of(manager), member_id=member.pk)
        assert await next_close(talk.socket) == 4401
        await ollama.hung_up.wait()


async def test_an_answer_out_of_documents_that_may_no_longer_be_read_ends(
    chat: ChatOf, member: User, manager: User, other_department: Department, ollama: FakeOllama
) -> None:
    change = MemberChange(department_id=other_department.pk)
    async with chat(member) as talk:
        accepted = await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await in_database(change_member)(actor=actor_of(manager), member_id=member.pk, change=change)
        assert (await talk.until("done"))[-1]["status"] == "interrupted"
        await ollama.hung_up.wait()
        await talk.send("resume", answer_id=accepted["answer_id"], after_seq=0)
        assert [frame["type"] for frame in await talk.until("done")] == ["done"]


async def test_an_answer_goes_on_for_who_may_read_more_than_before(
    chat: ChatOf, member: User, manager: User, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        change = MemberChange(role=Role.MANAGER)
        await in_database(change_member)(actor=actor_of(manager), member_id=member.pk, change=change)
        await asyncio.sleep(0.5)  # what shall not happen would have happened
        ollama.allow(20)
        assert (await talk.until("done"))[-1]["status"] == "complete"


async def test_who_gets_another_role_goes_on_with_it(chat: ChatOf, member: User, manager: User) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        change = MemberChange(role=Role.MANAGER)
        await in_database(change_member)(actor=actor_of(manager), member_id=member.pk, change=change)
        await talk.ask()
        assert (await talk.until("done"))[-1]["status"] == "complete"


async def test_a_department_that_is_gone_ends_the_answers_of_its_people(
    chat: ChatOf, member: User, manager: User, department: Department, ollama: FakeOllama
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await in_database(delete_department)(actor=actor_of(manager), department_id=department.pk)
        assert (await talk.until("done"))[-1]["status"] == "interrupted"


async def test_a_stream_of_events_ends_with_the_sign_in_as_well(
    member: User, ollama: FakeOllama, settings: Any
) -> None:
    settings.ANSWER_QUIET_SECONDS = 0.05
    tokens = await in_database(issue_tokens)(actor=actor_of(member))
    headers = {"Authorization": f"Bearer {tokens.access}", "Accept": "text/event-stream"}
    transport = httpx.ASGITransport(app=cast("Any", application))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http:
        asking = asyncio.create_task(http.post("/chat", json={"prompt": QUESTION}))
        while not ollama.requests:  # noqa: ASYNC110  the model offers no event
            await asyncio.sleep(0.01)
        await in_database(end_family)(refresh=tokens.refresh)
        last = (await asyncio.wait_for(asking, 20)).text.strip().split("\n")[-1]
    assert json.loads(last.removeprefix("data: "))["code"] == "session_ended"
