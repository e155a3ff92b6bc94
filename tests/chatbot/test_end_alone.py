"""An end that is told alone, to the program that docs/streaming.md shows: its log had expired meanwhile."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import httpx
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "streaming.md"
TEXT = "מכסת החופשה היא 21 ימים."
BEGUN = TEXT[:6]
Frame = dict[str, Any]
Program = Callable[[list[Frame]], Iterator[str]]


def of_answer(kind: str, seq: int, **fields: Any) -> Frame:
    return {"type": kind, "answer_id": "a", "seq": seq, **fields}


HELLO = {"type": "hello"}
ACCEPTED = {"type": "accepted", "answer_id": "a"}
BEGINNING = [HELLO, ACCEPTED, of_answer("stage", 1), of_answer("delta", 2, text=BEGUN)]


class Connections:
    """Each socket that is opened tells the frames of the next list, and then it breaks."""

    def __init__(self, *told: list[Frame]) -> None:
        self._told = list(told)
        self.sent: list[Frame] = []

    def __call__(self, _address: str, **_options: Any) -> Self:
        self._frames = iter(self._told.pop(0))
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def __iter__(self) -> Iterator[str]:
        yield from map(json.dumps, self._frames)
        raise OSError

    def recv(self) -> str:
        return json.dumps(next(self._frames))

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))


def program(connections: Connections) -> Iterator[str]:
    """Return what the program yields that asks over these connections."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    code: dict[str, Any] = {}
    exec(compile(found[1], "docs/streaming.md", "exec"), code)  # noqa: S102  what the page shows
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json={"access": "t", "ticket": "t"}))
    code["httpx"] = SimpleNamespace(
        Client=lambda **options: httpx.Client(transport=transport, **options),
        TransportError=httpx.TransportError,
    )
    code["connect"] = connections
    code["time"] = SimpleNamespace(sleep=lambda _seconds: None)
    words: Iterator[str] = code["answer"]("http://sicha.test", "u", "p", "?")
    return words


@pytest.mark.parametrize(
    "before",
    [[HELLO, ACCEPTED], [*BEGINNING[:3]], BEGINNING],
    ids=["nothing was seen", "a stage was seen", "a part was seen"],
)
def test_who_attaches_when_only_the_end_remains_gets_the_whole_text(before: list[Frame]) -> None:
    seen = max(frame.get("seq", 0) for frame in before)
    end = of_answer("done", seen + 1, text=TEXT, status="complete")
    connections = Connections(before, [HELLO, end])
    assert "".join(program(connections)) == TEXT
    if seen:
        assert connections.sent[-1] == {"type": "resume", "answer_id": "a", "after_seq": seen}


def test_an_error_that_ends_the_answer_is_raised_also_when_it_could_be_tried_again() -> None:
    end = of_answer("error", 3, code="model_unavailable", retry_after=5)
    words = program(Connections(BEGINNING, [HELLO, end]))
    assert next(words) == BEGUN
    with pytest.raises(RuntimeError, match="model_unavailable"):
        next(words)


def test_a_refusal_that_says_when_to_come_again_is_waited_for() -> None:
    busy = {"type": "error", "code": "busy", "retry_after": 5}
    whole = [*BEGINNING, of_answer("delta", 3, text=TEXT[6:]), of_answer("done", 4, text=TEXT)]
    assert "".join(program(Connections([HELLO, busy], whole))) == TEXT


def test_a_long_answer_is_acknowledged_every_few_frames() -> None:
    parts = [of_answer("delta", seq, text=f"{seq} ") for seq in range(2, 101)]
    end = of_answer("done", 101, text="".join(part["text"] for part in parts))
    connections = Connections([*BEGINNING[:3], *parts, end])
    assert "".join(program(connections)) == end["text"]
    acknowledged = [frame["seq"] for frame in connections.sent if frame["type"] == "ack"]
    assert acknowledged == [16, 32, 48, 64, 80, 96]
