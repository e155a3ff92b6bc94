"""A log line is one JSON object that cannot be forged or turned around by what it reports."""

import json
import logging
import sys
from typing import Any

import pytest

from config.logs import JsonFormatter


def line(message: str = "turn closed", **extra: Any) -> str:
    record = logging.makeLogRecord(
        {"name": "chatbot", "levelno": 20, "levelname": "INFO", "msg": message, **extra}
    )
    return JsonFormatter().format(record)


def test_a_line_carries_its_fields() -> None:
    entry = json.loads(line(answer_id="a1", tokens=12))
    assert {key: entry[key] for key in ("level", "logger", "message", "answer_id", "tokens")} == {
        "level": "info",
        "logger": "chatbot",
        "message": "turn closed",
        "answer_id": "a1",
        "tokens": 12,
    }


@pytest.mark.parametrize(
    "mark", ["\n", "\r", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\x1b", "\x9b", "\ud800"]
)
def test_marks_that_deceive_are_escaped(mark: str) -> None:
    written = line(f"user{mark}name", path=f"/a{mark}b")
    assert mark not in written
    assert json.loads(written)["path"] == f"/a{mark}b"


def test_hebrew_stays_readable() -> None:
    assert "שלום" in line("שלום")


def test_an_exception_is_told_on_the_same_line() -> None:
    try:
        int("boom")
    except ValueError:
        written = line(exc_info=sys.exc_info())
    assert "\n" not in written
    assert "ValueError: invalid literal" in json.loads(written)["exception"]


def test_the_request_with_its_cookies_is_left_out() -> None:
    assert "request" not in json.loads(line(request=object(), status_code=500))


def test_a_field_cannot_replace_the_message() -> None:
    assert json.loads(line("told", level="critical", time="never"))["level"] == "info"
