"""What a Hebrew reader sees, measured from where the letters stand and not from attributes."""

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import ChatPage
from tests.e2e.documents import QUESTION
from tests.fakes.cardboard import CardboardModel

# Each run, in a Hebrew line, must be read from left to right on one line.
RUNS = [
    "+972-3-123-4567",
    "*2700",
    "-5%",
    "C++",
    "C#",
    "C:\\docs\\",
    "3.11.2-rc1",
    "12-B",
    "050-123-4567",
    "--force",
    "dana@example.org",
    "https://example.org/a?b=1",
]
BLOCKS = [
    ("VPN הוא הכלי שמחבר את המחשב לרשת.", "rtl"),
    ("Microsoft Teams משמש לפגישות מרחוק.", "rtl"),
    ("`kubectl get pods` מציג את הרכיבים.", "rtl"),
    ('"Least privilege" הוא העיקרון המנחה.', "rtl"),
    ("הבקשה מוגשת עד שבועיים מראש.", "rtl"),
    ("Please restart the computer.", "ltr"),
    ("סוף.", "rtl"),
]

ORDER = """(text, run) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(run);
    if (at < 0) continue;
    return [...run].map((_, index) => {
      const range = document.createRange();
      range.setStart(walker.currentNode, at + index);
      range.setEnd(walker.currentNode, at + index + 1);
      const {x, y} = range.getBoundingClientRect();
      return [Math.round(x), Math.round(y)];
    });
  }
  return null;
}"""


@pytest.mark.parametrize("run", RUNS)
def test_a_run_reads_from_left_to_right(model_chat: ChatPage, model: CardboardModel, run: str) -> None:
    model.script(f"זה הערך {run} שנקבע, ואין אחר.")
    model_chat.ask(QUESTION)
    model.allow()
    model_chat.wait_for_end()
    places = model_chat.text.evaluate(ORDER, run)
    assert places is not None
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    assert len({y for _, y in places}) == 1


def test_each_block_takes_its_side_and_none_moves_while_it_grows(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    model.script("\n\n".join(text for text, _ in BLOCKS))
    model_chat.ask(QUESTION)
    for text, _ in BLOCKS[:-1]:
        model.allow(len(text))
        expect(model_chat.text.locator("> *").last).to_contain_text(text.replace("`", ""))
        assert model_chat.text.locator("> *").last.get_attribute("dir") == "rtl"
        model.allow(2)
    model.allow()
    model_chat.wait_for_end()
    sides = model_chat.text.locator("> *").evaluate_all("blocks => blocks.map(block => block.dir)")
    assert sides == [side for _, side in BLOCKS]
