"""Frames: those of the chat's socket, with answers and conversations of others."""

import json
from collections.abc import Iterator
from uuid import uuid4

from websockets.sync.client import connect

from tools.break_in.addresses import Attempt, attackers
from tools.break_in.cast import CANARY, Cast, Person

QUIET_SECONDS = 1.5


def try_frames(cast: Cast) -> Iterator[Attempt]:
    ids = cast.ids
    frames: list[dict[str, object]] = [
        {"type": "resume", "answer_id": ids["answer_id"], "after_seq": 0},
        {"type": "stop", "answer_id": ids["answer_id"]},
        {"type": "ack", "answer_id": ids["answer_id"], "seq": 1},
        {"type": "ask", "text": "מה התקציב?", "conversation_id": ids["conversation_id"]},
        {"type": "ask", "text": "מה התקציב?", "parent_id": ids["message_id"]},
        {"type": "ask", "text": "מה התקציב?", "session_id": ids["session_id"]},
    ]
    for who, person in attackers(cast).items():
        if who == "nobody":
            continue
        for frame in frames:
            yield _try(who, person, frame)


def _try(who: str, person: Person, frame: dict[str, object]) -> Attempt:
    what = f"{frame['type']} {sorted({*frame} - {'type', 'text'})}"
    there = _said(person, frame)
    absent = {key: str(uuid4()) if key.endswith("_id") else value for key, value in frame.items()}
    nowhere = _said(person, absent)
    if CANARY in there:
        return Attempt(who, what, "their words came")
    kinds = [
        [json.loads(line).get("code", json.loads(line)["type"]) for line in said.splitlines()][:3]
        for said in (there, nowhere)
    ]
    return Attempt(
        who, what, "" if kinds[0][:1] == kinds[1][:1] else f"{kinds[0]}, but {kinds[1]} for what is absent"
    )


def _said(person: Person, frame: dict[str, object]) -> str:
    """Return what the server says to a frame within a moment, a line for each frame."""
    ticket = person.post("/api/v1/ws-ticket")["ticket"]
    address = person.base.replace("http", "ws", 1) + "/ws/chat/"
    lines: list[str] = []
    with connect(address, proxy=None, max_size=None) as socket:
        socket.send(json.dumps({"type": "auth", "ticket": ticket}))
        if json.loads(socket.recv(10))["type"] != "hello":
            return '{"type": "not let in"}'
        own = {"client_id": str(uuid4())} if frame["type"] == "ask" else {}  # a question of its own each time
        socket.send(json.dumps({**own, **frame}))
        try:
            while True:
                lines.append(str(socket.recv(QUIET_SECONDS)))
        except TimeoutError:
            return "\n".join(lines)
