"""What a Hebrew reader sees, measured from where the letters stand and not from attributes."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Product
from tests.e2e.streaming import Evaluating, StreamedText
from tests.fakes.cardboard import CardboardModel

TABLE = json.loads((Path(__file__).parents[1] / "data" / "bidi.json").read_text(encoding="utf-8"))


def test_each_block_stays_at_the_right_while_it_grows_and_ends_on_its_own_side(reading: Evaluating) -> None:
    flips = 0
    for block in TABLE["blocks"]:
        seen = [side for side in StreamedText.with_sides(reading, block["text"]).seen if side]
        assert seen[-1] == block["side"], block["text"]
        assert set(seen[:-1]) == {"rtl"}, block["text"]
        flips += sum(1 for before, after in itertools.pairwise(seen) if before != after)
    assert flips == sum(1 for block in TABLE["blocks"] if block["side"] == "ltr")


def test_a_block_takes_its_side_as_soon_as_the_next_one_begins(reading: Evaluating) -> None:
    text = "Please restart the computer.\n\nVPN הוא"
    first = """(place) => place.children.length < 2 ? null
        : getComputedStyle(place.firstElementChild).direction"""
    seen = [side for side in StreamedText(reading, text, look=first).seen if side]
    assert set(seen) == {"ltr"}


@pytest.mark.parametrize("run", TABLE["runs"])
def test_a_run_reads_from_left_to_right_on_one_line(reading: Evaluating, run: str) -> None:
    streamed = StreamedText.with_run(reading, f"זה הערך {run} שנקבע, ואין אחר.", run)
    for standing in filter(None, streamed.seen):
        assert standing == sorted(standing), run[: len(standing)]
    places = streamed.places(run)
    lefts = [left for left, _, _ in places]
    assert lefts == sorted(lefts)
    assert len(set(lefts)) == len(run)
    assert len({round(top) for _, _, top in places}) == 1
    before, after = streamed.span("הערך"), streamed.span("שנקבע")
    assert after[1] <= lefts[0] + 1
    assert max(right for _, right, _ in places) <= before[0] + 1


@pytest.mark.parametrize("case", TABLE["orders"], ids=lambda case: case["text"])
def test_the_parts_of_a_line_follow_from_right_to_left(reading: Evaluating, case: dict[str, Any]) -> None:
    streamed = StreamedText(reading, case["text"], citations=[[1, "נוהל"]])
    spans = [streamed.span(part) for part in case["from_right"]]
    for (left, _), (_, right) in itertools.pairwise(spans):
        assert right <= left + 1


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(
    open_context: OpenContext, product: Product, session: Any, width: int
) -> None:
    page = open_context(storage_state=session, viewport={"width": width, "height": 800}).new_page()
    chat = ChatPage(page, product.url)
    chat.open()
    table = "\n".join(["|" + " מילה ארוכה |" * 12, "|" + "---|" * 12, "|" + " ערך |" * 12])
    text = f"{table}\n\n```\n{'x' * 300}\n```\n\nhttps://example.org/{'a' * 300} ו-C:\\{'b' * 300}"
    StreamedText(page, text)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame = page.locator("[data-streamed] .table")
    first, box = frame.locator("th").first.bounding_box(), frame.bounding_box()
    assert first is not None
    assert box is not None
    assert first["x"] + first["width"] <= box["x"] + box["width"] + 1  # it opens at its first column


def test_a_streamed_answer_of_the_server_takes_its_sides_too(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    blocks = TABLE["blocks"][1:4] + TABLE["blocks"][-2:-1]
    model.script("\n\n".join(block["text"] for block in blocks))
    model_chat.ask(QUESTION)
    model.allow()
    model_chat.wait_for_end()
    expect(model_chat.text.locator("> p")).to_have_count(len(blocks))
    sides = model_chat.text.locator("> p").evaluate_all(
        "blocks => blocks.map(block => getComputedStyle(block).direction)"
    )
    assert sides == [block["side"] for block in blocks]
