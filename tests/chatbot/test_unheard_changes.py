"""What is open follows the account also where no signal arrives, as while Redis is away: a round finds it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.services.members import MemberChange, change_member, deactivate_member
from accounts.services.organizations import delete_department
from accounts.services.passwords import change_password
from accounts.services.refresh import end_family, issue_tokens
from accounts.types import Role
from chatbot.consumers import ChatConsumer
from chatbot.supervisor import get_supervisor
from config.kernel.database import in_database
from tests.builders import PASSWORD
from tests.chatbot.conftest import Chat
from tests.chatbot.test_logging_out import next_close, program_of
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]
Change = Callable[[User, User, Department], Awaitable[None]]


@pytest.fixture(autouse=True)
def _nothing_is_told(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("accounts.standing.publish_after_commit", lambda _kind, **_ids: None)
    settings.ACCESS_CHECK_SECONDS = 0.01


async def test_a_program_that_signed_out_loses_its_socket(member: User) -> None:
    tokens = await in_database(issue_tokens)(actor=actor_of(member))
    async with await program_of(tokens.access) as talk:
        await talk.until("hello")
        await in_database(end_family)(refresh=tokens.refresh)
        assert await next_close(talk.socket) == 4401


@pytest.mark.parametrize("change", ["deactivated", "another password"])
async def test_an_account_that_is_not_what_it_was_loses_its_sockets(
    chat: ChatOf, member: User, manager: User, change: str
) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        if change == "deactivated":
            await in_database(deactivate_member)(actor=actor_of(manager), member_id=member.pk)
        else:
            new = {"current": PASSWORD, "new": "Agas-77-Shaked-Tov"}
            await in_database(change_password)(actor=actor_of(member), **new)
        assert await next_close(talk.socket) == 4401


async def test_who_gets_another_role_goes_on_with_it(chat: ChatOf, member: User, manager: User) -> None:
    async with chat(member) as talk:
        await talk.until("hello")
        change = MemberChange(role=Role.MANAGER)
        await in_database(change_member)(actor=actor_of(manager), member_id=member.pk, change=change)
        while role_here() != Role.MANAGER:  # noqa: ASYNC110  a socket offers no event
            await asyncio.sleep(0.01)
        await talk.ask()
        assert (await talk.until("done"))[-1]["status"] == "complete"


def role_here() -> Role | None:
    """Return the role that the one open socket knows of."""
    (socket,) = get_supervisor().listeners
    assert isinstance(socket, ChatConsumer)
    return Role(socket.known.role) if socket.known else None


async def move_member(member: User, manager: User, department: Department) -> None:
    change = MemberChange(department_id=department.pk)
    await in_database(change_member)(actor=actor_of(manager), member_id=member.pk, change=change)


async def dissolve_department(member: User, manager: User, _department: Department) -> None:
    assert member.department_id is not None
    await in_database(delete_department)(actor=actor_of(manager), department_id=member.department_id)


@pytest.mark.parametrize("change", [move_member, dissolve_department])
async def test_an_answer_out_of_documents_that_may_no_longer_be_read_ends(
    chat: ChatOf,
    member: User,
    manager: User,
    other_department: Department,
    ollama: FakeOllama,
    change: Change,
) -> None:
    async with chat(member) as talk:
        await talk.ask()
        ollama.allow(2)
        await talk.until("delta")
        await change(member, manager, other_department)
        assert (await talk.until("done"))[-1]["status"] == "interrupted"
        await ollama.hung_up.wait()
