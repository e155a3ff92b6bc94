"""Logs and metrics tell of a turn by ids and counts: nothing that was asked, answered, read or uploaded."""

import logging
from collections.abc import Callable

import pytest
from prometheus_client import generate_latest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.database import in_database
from config.kernel.outbox import relay
from config.logs import JsonFormatter
from retrieval import services
from tests.chatbot.conftest import QUESTION, VACATION, Chat
from tests.fakes.ollama import FakeOllama

pytestmark = pytest.mark.django_db(transaction=True)
ChatOf = Callable[[User], Chat]
NAMED, ANSWERED = "נוהל-קנרית", "תשובה-קנרית"


def add_document(manager: User) -> None:
    document = services.create_document(actor=actor_of(manager), title=NAMED, content=VACATION)
    with tenant_scope(document.organization_id):
        services.index_document(document.id)


async def test_no_log_repeats_what_was_asked_answered_or_read(
    chat: ChatOf, member: User, manager: User, ollama: FakeOllama, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for library in (
        "asyncio",
        "django.db.backends",
        "httpx",
        "httpcore",
    ):  # DEBUG is no setting of production
        caplog.set_level(logging.INFO, logger=library)
    await in_database(add_document)(manager)
    ollama.pieces = [ANSWERED, " [1]."]
    ollama.allow(100)
    async with chat(member) as talk:
        await talk.ask()
        done = (await talk.until("done"))[-1]
        assert ANSWERED in done["text"]
        ollama.fault = "status"
        await talk.ask(client_id="q2")
        await talk.until("done", "error")
    await in_database(relay.relay)(limit=50)
    written = "\n".join(map(JsonFormatter().format, caplog.records))
    assert written
    told = written + generate_latest().decode()
    words = (*QUESTION.split()[2:], *VACATION.split()[:3], NAMED, ANSWERED)
    assert [word for word in words if word in told] == []
