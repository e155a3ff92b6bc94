"""Files in a conversation: attached, dropped and pasted, read, asked about, cited, removed."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.accessibility import violations
from tests.e2e.chat import ChatPage

OFFER = "הצעת המחיר של ספק הצבעים תכלת-שבע היא ארבעים אלף שקלים, ותוקפה עד סוף החודש."
REPORT = 'דו"ח שנתי.txt'
NAME = "הצעה v2 (סופי).txt"
QUESTION = "מה תוקף הצעת המחיר של ספק הצבעים תכלת-שבע?"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TRANSFER = """([name, type, data]) => {
  const transfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], name, { type }));
  return transfer;
}"""


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_text(OFFER, encoding="utf-8")
    return path


def files(chat: ChatPage) -> Locator:
    return chat.page.locator("[data-part=files] .file")


def attach(chat: ChatPage, path: Path) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="צירוף קבצים").press("Enter")
    chooser.value.set_files(path)


def transferred(chat: ChatPage, name: str, kind: str, data: bytes) -> Any:
    return chat.page.evaluate_handle(TRANSFER, [name, kind, base64.b64encode(data).decode()])


def test_a_question_waits_for_its_file_and_is_answered_from_it_and_can_be_published(
    chat: ChatPage, offer: Path
) -> None:
    attach(chat, offer)
    chat.ask(QUESTION)
    chat.wait_for_end()
    expect(files(chat)).to_have_attribute("data-state", "indexed")
    expect(files(chat).locator("bdi")).to_have_text(NAME)
    assert chat.is_at_conversation()
    expect(chat.page.locator("[data-part=heading]")).to_contain_text("מה תוקף הצעת המחיר")
    chat.answer.locator(".cite a").first.click()
    expect(chat.panel.locator("mark").first).to_contain_text("סוף החודש")
    chat.page.keyboard.press("Escape")
    chat.page.reload()
    chat.wait_until_connected()
    expect(files(chat).locator("[data-part=state]")).to_have_text("מוכן")
    assert violations(chat.page) == []
    files(chat).get_by_role("button", name="העברה למאגר הידע").click()
    dialog = chat.page.locator("#publish-dialog")
    expect(dialog).to_contain_text(NAME)
    assert violations(chat.page) == []
    dialog.get_by_role("button", name="פרסום").click()
    expect(files(chat).locator("[data-part=state]")).to_have_text("הקובץ הוא עכשיו מסמך של הארגון.")
    remove(chat)
    expect(files(chat)).to_have_count(0)
    expect(chat.page.get_by_role("button", name="צירוף קבצים")).to_be_focused()
    chat.page.reload()
    expect(chat.answer).not_to_contain_text("סוף החודש")


def remove(chat: ChatPage) -> None:
    files(chat).get_by_role("button", name=re.compile("הסרת הקובץ")).click()
    dialog = chat.page.locator("#remove-file-dialog")
    expect(dialog).to_contain_text(NAME)
    assert violations(chat.page) == []
    dialog.get_by_role("button", name="הסרה").click()


def test_a_dropped_file_is_shown_where_it_goes_and_a_pasted_picture_says_what_it_is(chat: ChatPage) -> None:
    page = chat.page
    dropped = transferred(chat, REPORT, "text/plain", OFFER.encode())
    page.dispatch_event("[data-part=log]", "dragenter", {"dataTransfer": dropped})
    expect(page.locator("[data-part=drop-zone]")).to_be_visible()
    page.dispatch_event("[data-part=log]", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-part=drop-zone]")).to_be_hidden()
    expect(files(chat)).to_have_attribute("data-state", "indexed")
    page.reload()  # as the server calls it
    expect(files(chat).locator("bdi")).to_have_text(REPORT)
    pasted = transferred(chat, "image.png", "image/png", base64.b64decode(PICTURE))
    page.evaluate(
        """(transfer) => document.querySelector("#composer-text").dispatchEvent(
             new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))""",
        pasted,
    )
    # No words are found in it; where the machine cannot read pictures, that is what it says.
    expect(files(chat).last).to_have_attribute("data-state", re.compile("rejected|needs_attention"))
    expect(files(chat).last.locator("[data-part=state]")).not_to_be_empty()
    wrong = transferred(chat, 'דו"ח\u202e.exe', "application/x-msdownload", b"MZ")
    page.dispatch_event("[data-part=log]", "drop", {"dataTransfer": wrong})
    expect(files(chat).last.locator("[data-part=state]")).to_contain_text("אי אפשר לקרוא")
    expect(files(chat).last.locator("bdi")).to_have_text('דו"ח.exe')
    assert violations(page) == []


def test_a_file_is_removed_only_by_whoever_means_it(chat: ChatPage, offer: Path) -> None:
    attach(chat, offer)
    expect(files(chat)).to_have_attribute("data-state", "indexed")
    button = files(chat).get_by_role("button", name=re.compile("הסרת הקובץ"))
    for leave in ("Enter", "Escape"):  # the safe answer has the focus
        button.press("Enter")
        chat.page.keyboard.press(leave)
        expect(chat.page.locator("#remove-file-dialog")).to_be_hidden()
        expect(button).to_be_focused()
    chat.page.reload()
    expect(files(chat)).to_have_count(1)


def test_a_file_that_fails_among_many_comes_into_view_and_goes_unasked(
    chat: ChatPage, tmp_path: Path
) -> None:
    chosen = [tmp_path / f"הצעה {number}.{'exe' if number == 2 else 'txt'}" for number in range(1, 9)]
    for path in chosen:
        path.write_text(OFFER, encoding="utf-8")
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="צירוף קבצים").press("Enter")
    chooser.value.set_files(chosen)
    failed = files(chat).nth(1)
    expect(failed.locator("[data-part=state]")).to_contain_text("אי אפשר לקרוא")
    expect(failed.locator("[data-part=state]")).to_be_in_viewport(ratio=1)
    failed.get_by_role("button", name=re.compile("הסרת הקובץ")).click()
    expect(files(chat)).to_have_count(7)
