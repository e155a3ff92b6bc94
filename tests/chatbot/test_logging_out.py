"""A socket of a page lives no longer than the page's session."""

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from config.kernel.database import in_database
from tests.chatbot.conftest import Chat
from tests.conftest import BrowserOf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


def page_of(client: Client) -> Chat:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}".encode()
    return Chat((b"origin", settings.ALLOWED_ORIGINS[0].encode()), (b"cookie", cookie))


async def next_close(socket: WebsocketCommunicator) -> int:
    while (message := await socket.receive_output(20))["type"] != "websocket.close":
        pass
    return int(message["code"])


@pytest.mark.parametrize("kind", ["ask", "stop", "resume"])
async def test_a_page_that_logged_out_is_refused_and_its_socket_closed(
    browser: BrowserOf, member: User, kind: str
) -> None:
    client = await in_database(browser)(member)
    async with page_of(client) as talk:
        assert (await talk.receive())["type"] == "hello"
        accepted = await talk.ask()
        await talk.until("done")
        await in_database(client.logout)()
        await talk.send(kind, client_id="q2", text="ועוד?", after_seq=0, answer_id=accepted["answer_id"])
        assert (await talk.until("error"))[-1]["code"] == "not_authenticated"
        assert await next_close(talk.socket) == 4401


async def test_another_page_of_the_same_person_stays_signed_in(browser: BrowserOf, member: User) -> None:
    gone, here = await in_database(browser)(member), await in_database(browser)(member)
    async with page_of(here) as talk:
        await talk.until("hello")
        await in_database(gone.logout)()
        await talk.ask()
        assert (await talk.until("done"))[-1]["status"] == "complete"
