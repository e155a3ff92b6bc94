"""Who gets which answer to which frame: the table, held against the registry of frames."""

from typing import Any

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tickets import issue_ticket
from chatbot.protocol import CLIENT_FRAMES
from tests.chatbot.conftest import QUESTION, Chat, Frame
from tests.rights.conftest import Things, absent
from tests.rights.routes import ROLES

# The answer to each frame about the member's conversation and answer, in the order of ROLES: a frame's type,
# or an error's code; "" where nothing is said.
TABLE: dict[str, tuple[str, ...]] = {
    "auth": ("ticket_invalid", *["already_authenticated"] * 6),
    "ask": ("not_authenticated", "accepted", *["not_found"] * 5),
    "stop": ("not_authenticated", "", *["not_found"] * 5),
    "resume": ("not_authenticated", "done", *["not_found"] * 5),
    "ack": ("not_authenticated", *[""] * 6),
}
UNHEARD = "no such frame"

pytestmark = pytest.mark.django_db(transaction=True)


def unlisted(registry: dict[str, Any]) -> set[str]:
    return set(registry) ^ set(TABLE)


def frame_of(kind: str, things: Things) -> Frame:
    """Return a well-formed frame of the type."""
    fields: dict[str, Frame] = {
        "auth": {"ticket": "nobody-issued-this"},
        "ask": {
            "client_id": f"matrix-{things['conversation_id']}",
            "text": QUESTION,
            "conversation_id": things["conversation_id"],
        },
        "stop": {"answer_id": things["answer_id"]},
        "resume": {"answer_id": things["answer_id"], "after_seq": 0},
        "ack": {"answer_id": things["answer_id"], "seq": 1},
    }
    return fields[kind]


def said(frame: Frame) -> str:
    return str(frame["code"] if frame["type"] == "error" else frame["type"])


@pytest.fixture
def talk(transactional_db: None, person: User | None) -> Chat:
    """Return a socket that has come in as the person; a closed door for nobody."""
    if person is None:
        return Chat()
    return Chat(subprotocols=[f"ticket.{issue_ticket(actor_of(person))}"])


async def reply(talk: Chat, kind: str, things: Things, *, silent: bool) -> str:
    """Send a frame, and after one that is answered by nothing a frame that nobody knows; return the words."""
    await talk.send(kind, **frame_of(kind, things))
    if silent:
        await talk.send(UNHEARD)
    frame = await talk.receive()
    words = said(frame)
    return f"{words} {frame.get('message')}" if words == "not_found" else words


def test_every_frame_is_in_the_table() -> None:
    assert unlisted(dict(CLIENT_FRAMES)) == set()


def test_a_frame_that_nobody_listed_is_noticed() -> None:
    assert unlisted({**CLIENT_FRAMES, "shout": object}) == {"shout"}


@pytest.mark.parametrize("kind", TABLE)
async def test_everybody_gets_what_the_table_says(kind: str, role: str, things: Things, talk: Chat) -> None:
    async with talk:
        if role != "anonymous":
            assert (await talk.receive())["type"] == "hello"
        expected = TABLE[kind][ROLES.index(role)]
        answered = await reply(talk, kind, things, silent=not expected)
        assert answered.split()[0] == (expected or "unknown_frame")
        if expected == "not_found":
            assert answered == await reply(talk, kind, absent(things), silent=False)
