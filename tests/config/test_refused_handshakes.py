"""A handshake that is refused with a status is no fault of the application, as uvicorn has it."""

import asyncio
import logging

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from chatbot.elsewhere import PROMISE, STATUS
from chatbot.supervisor import get_supervisor
from config.server import bind
from config.servers.uvicorn import UvicornServer

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_replica_that_drains_refuses_sockets_without_an_error_in_its_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bound = bind("127.0.0.1", 0)
    server = UvicornServer(bound)
    address = f"ws://127.0.0.1:{bound.getsockname()[1]}/ws/chat/"
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  the server offers no event
        await asyncio.sleep(0.01)
    get_supervisor().draining = True
    with caplog.at_level(logging.WARNING), pytest.raises(InvalidStatus) as refused:
        await connect(address, additional_headers={PROMISE: "yes"}, proxy=None)
    server.close()
    await asyncio.wait_for(serving, 20)
    assert refused.value.response.status_code == STATUS
    assert [record.message for record in caplog.records if record.name == "uvicorn.error"] == []
