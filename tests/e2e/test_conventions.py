"""What people expect of any chat and no other test has: the box, scrolling, motion, paper, no network."""

from pathlib import Path

from playwright.sync_api import Page, Route, StorageState, expect

from retrieval.extract import extract
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.documents import QUESTION
from tests.e2e.servers import Product
from tests.fakes.cardboard import CardboardModel

LONG = "\n\n".join(f"פסקה {number} של תשובה ארוכה, שנכתבת לאט. [1]" for number in range(1, 41))
MATHEMATICS = r"""לפי $x^2$ ו- \(\boxed{y}\):

\[\begin{pmatrix}1 & 2\\ 3 & 4\end{pmatrix}\]

```python
print("שלום")
```
"""
PASTE = """([text, withPicture]) => {
  const transfer = new DataTransfer();
  transfer.setData("text/plain", text);
  if (withPicture) transfer.items.add(new File(["x"], "words.png", { type: "image/png" }));
  const event = new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true });
  return document.querySelector("#composer-text").dispatchEvent(event);
}"""
HEIGHT = "box => box.getBoundingClientRect().height"
PLACE = "document.querySelector('.answer__text p').getBoundingClientRect().top"


def test_escape_leaves_the_box(chat: ChatPage) -> None:
    chat.box.fill("שאלה")
    chat.page.keyboard.press("Escape")
    expect(chat.box).not_to_be_focused()
    expect(chat.box).to_have_value("שאלה")


def test_the_box_grows_with_its_text_and_then_scrolls(chat: ChatPage) -> None:
    heights = []
    for lines in (1, 4, 8, 40):
        chat.box.fill("\n".join("שורה" for _ in range(lines)))
        heights.append(chat.box.evaluate(HEIGHT))
    one, four, eight, forty = heights
    assert one < four < eight
    assert forty < 1.4 * eight
    assert chat.box.evaluate("box => box.scrollHeight > box.clientHeight + 100")
    for width, height in ((320, 256), (640, 200)):
        chat.page.set_viewport_size({"width": width, "height": height})
        assert chat.page.locator(".composer-dock").evaluate("dock => dock.getBoundingClientRect().top") > 0


def test_what_is_pasted_with_words_stays_words(chat: ChatPage) -> None:
    for text, has_picture in (("טבלה מגיליון", True), ("מילה " * 2000, False)):
        assert chat.page.evaluate(PASTE, [text, has_picture]), "the browser shall paste the words"
    expect(chat.page.locator("[data-part=files] .file")).to_have_count(0)


def test_what_is_too_long_is_kept_whole_and_not_sent(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    chat.box.focus()
    for box in ("composer", "editor"):
        chat.page.keyboard.insert_text("מילים " * 700)
        note = chat.page.locator(f".{box} .excess, .{box} ~ .excess")
        expect(note).to_contain_text("4000")
        chat.page.keyboard.press("Enter")
        assert chat.page.evaluate("document.activeElement.value").count("מילים") == 700
        expect(chat.page.locator(".question")).to_have_count(1)
        chat.page.keyboard.press("Control+a")
        chat.page.keyboard.press("Delete")
        expect(note).to_be_empty()
        chat.page.keyboard.press("ArrowUp")


def test_a_reader_who_scrolls_up_stays_there_and_is_led_back(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    page = model_chat.page
    page.set_viewport_size({"width": 900, "height": 500})
    model.script(LONG, size=40)
    model_chat.ask(QUESTION)
    model.allow(30)
    expect(model_chat.text).to_contain_text("פסקה 20")
    assert at_end(page)
    page.mouse.move(300, 200)
    page.mouse.wheel(0, -400)
    expect(page.locator("[data-part=jump]")).to_be_visible()
    before = page.evaluate(PLACE)
    model.allow()
    model_chat.wait_for_end()
    assert abs(page.evaluate(PLACE) - before) < 1
    page.locator("[data-part=jump]").click()
    expect(page.locator("[data-part=jump]")).to_be_hidden()
    assert at_end(page)


def at_end(page: Page) -> bool:
    return bool(page.evaluate("scrollY + innerHeight > document.documentElement.scrollHeight - 60"))


def test_nothing_moves_for_whoever_wants_no_motion(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    page = open_context(storage_state=session, reduced_motion="reduce").new_page()
    chat = ChatPage(page, product.url)
    chat.open()
    chat.ask(QUESTION)
    chat.wait_for_end()
    page.locator(".menu__button").click()
    assert page.evaluate("document.getAnimations().length") == 0
    moving = """elements => elements.filter(element => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) > 0 && style.transitionProperty !== "none"
        || style.animationName !== "none" || style.scrollBehavior === "smooth";
    }).map(element => element.className)"""
    assert page.locator("*").evaluate_all(moving) == []


def test_paper_shows_the_conversation_alone_and_a_printed_file_reads_from_the_right(
    chat: ChatPage, tmp_path: Path
) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    answer = chat.text.locator("p").first.inner_text()
    chat.page.emulate_media(media="print")
    chat.answer.locator(".answer__refer, .answer__ending").evaluate_all(
        "all => all.forEach(one => one.hidden = false)"
    )
    controls = (".answer__refer", ".answer__ending .button", ".bell")
    for part in (".sidebar", ".composer-dock", ".tools", ".connection", ".skip-link", *controls):
        for each in chat.page.locator(part).all():
            expect(each).to_be_hidden()
    expect(chat.page.locator(".question").last).to_be_visible()
    expect(chat.text).to_be_visible()
    printed = chat.page.pdf(path=tmp_path / "conversation.pdf")
    read = " ".join(extract(printed, filename="conversation.pdf", mime="application/pdf").text.split())
    assert QUESTION in read
    for words in answer.split(".")[0].split("[")[:1]:
        assert " ".join(words.split()) in read


def test_formulas_and_code_are_dressed_without_a_breach_of_the_policy(
    model_chat: ChatPage, model: CardboardModel
) -> None:
    page = model_chat.page
    page.evaluate("""() => {
      globalThis.breaches = [];
      document.addEventListener("securitypolicyviolation", ({violatedDirective, sample}) =>
        breaches.push(`${violatedDirective} ${sample}`));
    }""")
    model.script(MATHEMATICS, size=400)
    model.allow()
    model_chat.ask(QUESTION)
    model_chat.wait_for_end()
    expect(model_chat.text.locator("math")).to_have_count(3)
    expect(model_chat.text.get_by_role("button", name="העתקה")).to_be_visible()
    assert page.evaluate("breaches") == []


def test_without_a_network_the_shell_says_so_and_finds_back(
    open_context: OpenContext, product: Product, session: StorageState
) -> None:
    context = open_context(storage_state=session, service_workers="allow")
    page = context.new_page()
    page.goto(f"{product.url}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    context.set_offline(True)
    page.goto(f"{product.url}/c/00000000-0000-4000-8000-000000000000/")
    expect(page.get_by_role("heading", name="אין חיבור לרשת כרגע")).to_be_visible()
    assert page.locator("html").get_attribute("dir") == "rtl"
    context.set_offline(False)
    page.get_by_role("link").click()
    ChatPage(page, product.url).wait_until_connected()


def test_a_list_that_takes_its_time_shows_skeletons(chat: ChatPage) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    chat.page.route("**/api/v1/conversations?*", hold)
    chat.page.locator("#conversation-search").fill("חופשה")
    skeleton = chat.page.locator(".sidebar [data-part=loading]")
    expect(skeleton).to_be_visible()
    for route in waiting:
        route.continue_()
    expect(skeleton).to_be_hidden()


def test_the_focus_stays_where_a_version_was_chosen(chat: ChatPage) -> None:
    chat.ask(QUESTION)
    chat.wait_for_end()
    chat.answer.get_by_role("button", name="תשובה אחרת").click()
    expect(chat.answer.locator(".pager")).to_contain_text("2/2")
    chat.page.get_by_role("link", name="הגרסה הקודמת").press("Enter")
    expect(chat.answer.locator(".pager")).to_contain_text("1/2")
    expect(chat.page.get_by_role("link", name="הגרסה הבאה")).to_be_focused()
    expect(chat.answer.locator(".pager")).to_be_in_viewport()


def test_the_focus_goes_to_the_line_beside_a_deleted_one_and_back_with_it(chat: ChatPage) -> None:
    page = chat.page
    for question in (QUESTION, f"{QUESTION} שוב"):
        chat.open()
        chat.ask(question)
        chat.wait_for_end()
    lines = page.locator(".conversations__item")
    name = lines.nth(1).get_attribute("data-conversation-id")
    deleted = page.locator(f"[data-conversation-id='{name}']")
    deleted.locator(".conversations__more").press("Enter")
    page.get_by_role("menuitem", name="מחיקה").press("Enter")
    expect(deleted).to_have_count(0)
    expect(page.locator(".conversations__more:focus")).to_have_count(1)
    page.get_by_role("button", name="ביטול הפעולה").press("Enter")
    expect(deleted.locator(".conversations__link")).to_be_focused()
