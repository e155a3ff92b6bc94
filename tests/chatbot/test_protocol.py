"""Frames in and out."""

import json
from dataclasses import fields
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.protocol import (
    CLIENT_FRAMES,
    Ask,
    Delta,
    InvalidFrameError,
    Resume,
    UnknownFrameError,
    encode,
    parse,
)
from config.kernel.errors import DomainError

ANSWER = UUID("6f9619ff-8b86-4d01-b42d-00c04fc964ff")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_question_is_read_with_its_optional_parts_absent() -> None:
    frame = parse(json.dumps({"type": "ask", "client_id": "c1", "text": "מה נוהל החופשה?"}))
    assert frame == Ask(client_id="c1", text="מה נוהל החופשה?")


def test_ids_become_uuids() -> None:
    assert parse(json.dumps({"type": "resume", "answer_id": str(ANSWER), "after_seq": 3})) == Resume(
        ANSWER, 3
    )


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        '"ask"',
        "{}",
        '{"type": 7}',
        '{"type": "ask"}',
        '{"type": "ask", "client_id": 5, "text": "x"}',
        '{"type": "ask", "client_id": "c", "text": "x", "conversation_id": "nope"}',
        '{"type": "resume", "answer_id": "nope", "after_seq": 0}',
        f'{{"type": "resume", "answer_id": "{ANSWER}", "after_seq": -1}}',
        f'{{"type": "resume", "answer_id": "{ANSWER}", "after_seq": true}}',
        f'{{"type": "resume", "answer_id": "{ANSWER}", "after_seq": 1.5}}',
        f'{{"type": "ack", "answer_id": "{ANSWER}", "seq": "1"}}',
        "[" * 100_000,
    ],
)
def test_malformed_frames_are_refused_with_one_code(text: str | None) -> None:
    with pytest.raises(InvalidFrameError):
        parse(text)


def test_an_unknown_type_has_a_code_of_its_own() -> None:
    with pytest.raises(UnknownFrameError):
        parse('{"type": "subscribe"}')


@given(st.sampled_from([*CLIENT_FRAMES, "other"]), st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_no_object_whatever_raises_anything_but_a_refusal(kind: str, body: dict[str, object]) -> None:
    names = [field.name for field in fields(CLIENT_FRAMES.get(kind, Ask))]
    tried = {**dict(zip(names, body.values(), strict=False)), **body, "type": kind}
    try:
        frame = parse(json.dumps(tried))
    except DomainError:
        return
    assert frame.type == kind


def test_a_server_frame_is_json_with_hebrew_as_written_and_without_absent_fields() -> None:
    text = encode(Delta(ANSWER, 4, "שלום"))
    assert "שלום" in text
    assert json.loads(text) == {"type": "delta", "answer_id": str(ANSWER), "seq": 4, "text": "שלום"}
