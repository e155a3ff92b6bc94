"""axe-core finds nothing wrong on any page and in any of its states, light or dark."""

import re
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Page, StorageState, expect

from accounts.forms import NewPasswordForm
from tests.e2e.accessibility import violations
from tests.e2e.chat import ChatPage
from tests.e2e.conftest import OpenContext
from tests.e2e.documents import DESK_QUESTION, LEAVE, QUESTION, UNANSWERABLE
from tests.e2e.servers import Product
from tests.fakes.cardboard import CardboardModel

FOR_EVERYBODY = [
    *("accounts/login/", "accounts/register/", "accounts/password-reset/", "accounts/password-reset/sent/"),
    *("accounts/password-reset/done/", "accounts/password-reset/x/y/", "accounts/pending/"),
    *("accessibility/", "offline/", "admin/login/"),
]
REFUSING = re.compile("/accounts/(register|password-reset/.+)/$")
ERRORS = ("400", "403", "403_csrf", "404", "500")
BUSY = (429, 503)
ADMIN = [
    *("", "retrieval/document/", "retrieval/document/add/", "retrieval/glossaryentry/"),
    *("retrieval/glossaryentry/add/", "accounts/user/", "accounts/department/", "accounts/department/add/"),
    *("accounts/invitation/", "accounts/invitation/add/"),
    *("analytics/dailyusage/dashboard/", "analytics/dailyusage/graph/", "conversations/hold/kept/"),
]


class Findings:
    """What is wrong on the pages that were looked at."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def look(self, page: Page, name: str) -> None:
        self.all += [f"{name}: {violation}" for violation in violations(page)]


@pytest.fixture
def findings() -> Iterator[Findings]:
    findings = Findings()
    yield findings
    if findings.all:
        pytest.fail("\n".join(findings.all), pytrace=False)


def test_the_pages_of_whoever_is_not_logged_in(
    open_context: OpenContext, product: Product, findings: Findings
) -> None:
    page = open_context().new_page()
    # The browser complains of pages with status 400.
    page.context.grant_permissions(["local-network-access"])
    page.route(REFUSING, lambda route: route.fulfill(response=route.fetch(), status=200))
    for path in FOR_EVERYBODY:
        page.goto(f"{product.url}/{path}")
        findings.look(page, path)
    page.goto(f"{product.url}/accounts/register/")
    page.locator("main form").last.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator(".errorlist").first).to_be_visible()
    findings.look(page, "registration refused")
    for name, html in pages_of_the_server():
        page.set_content(html)
        page.wait_for_load_state("networkidle")
        findings.look(page, name)


def pages_of_the_server() -> Iterator[tuple[str, str]]:
    """Give the pages that no address leads to by itself: errors, and the form behind the link of a mail."""
    for name in ERRORS:
        yield name, rendered(f"{name}.html", {"status": name[:3]})
    for status in BUSY:
        yield str(status), rendered("error.html", {"status": status, "message": "אפשר לנסות שוב בעוד דקה."})
    form, person = NewPasswordForm(), {"username": "dana"}
    yield "new password", rendered("accounts/password_reset_confirm.html", {"form": form, "person": person})


def rendered(template: str, context: dict[str, object]) -> str:
    with translation.override("he"):
        return render_to_string(template, context, RequestFactory().get("/"))


def test_the_chat_before_anything_is_asked(chat: ChatPage, findings: Findings) -> None:
    page = chat.page
    findings.look(page, "empty")
    page.locator(".menu__button").click()
    findings.look(page, "account menu")
    page.get_by_role("button", name="קיצורי מקלדת").click()
    findings.look(page, "shortcuts")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    findings.look(page, "empty on a phone")
    page.get_by_role("button", name="שיחות").click()
    findings.look(page, "drawer")
    page.goto(f"{chat.url}/?archived=1")
    findings.look(page, "archive")
    page.goto(f"{chat.url}/accounts/profile/")
    findings.look(page, "profile")
    page.locator("main form").first.evaluate("form => form.requestSubmit()")
    expect(page.locator(".messages .alert")).to_be_visible()
    findings.look(page, "profile with a message")
    page.goto(f"{chat.url}/accounts/password-change/")
    findings.look(page, "password change")


def test_the_chat_with_an_answer_and_all_that_opens(chat: ChatPage, findings: Findings) -> None:
    page = chat.page
    chat.ask(QUESTION)
    chat.wait_for_end()
    findings.look(page, "answer")
    chat.answer.locator(".cite a").first.hover()
    expect(page.locator(".preview")).to_be_visible()
    findings.look(page, "preview")
    chat.answer.locator(".cite a").first.click()
    expect(chat.panel.locator("mark").first).to_be_visible()
    findings.look(page, "panel")
    page.set_viewport_size({"width": 390, "height": 844})
    findings.look(page, "panel on a phone")
    page.keyboard.press("Escape")
    findings.look(page, "answer on a phone")
    page.set_viewport_size({"width": 1280, "height": 800})
    chat.answer.get_by_role("button", name="לא מועיל", exact=True).click()
    findings.look(page, "reason of a rating")
    page.get_by_role("button", name="ביטול").last.click()
    chat.answer.get_by_role("button", name="קשורות").click()
    findings.look(page, "related")
    chat.box.press("ArrowUp")
    findings.look(page, "editor")
    page.keyboard.press("Escape")
    chat.ask(UNANSWERABLE)
    chat.wait_for_end("refused")
    findings.look(page, "refusal")


def test_the_chat_with_two_answers_one_of_them_in_versions(chat: ChatPage, findings: Findings) -> None:
    for question in (QUESTION, DESK_QUESTION):
        chat.ask(question)
        chat.wait_for_end()
    chat.answer.get_by_role("button", name="תשובה אחרת").click()
    expect(chat.answer.locator(".pager")).to_contain_text("2/2")
    findings.look(chat.page, "two answers with sources")


def test_what_is_done_with_conversations(chat: ChatPage, findings: Findings) -> None:
    page = chat.page
    chat.ask(QUESTION)
    chat.wait_for_end()
    more = page.locator(".conversations__more").first
    more.click()
    findings.look(page, "conversation menu")
    page.get_by_role("menuitem", name="שינוי השם").click()
    findings.look(page, "rename")
    page.keyboard.press("Escape")
    more.click()
    page.get_by_role("menuitem", name="שיתוף בארגון").click()
    page.get_by_role("button", name="יצירת הכתובת").click()
    address = page.locator("#share-address")
    expect(address).to_have_value(re.compile("/shared/"))
    findings.look(page, "share")
    shared = address.input_value()
    page.keyboard.press("Escape")
    page.locator("#conversation-search").fill("21 ימים")
    expect(page.locator(".conversations__item [data-part=excerpt]").first).to_be_visible()
    findings.look(page, "found")
    page.goto(shared)
    findings.look(page, "shared conversation")


def test_the_chat_while_something_is_wrong(
    model_chat: ChatPage, model: CardboardModel, findings: Findings
) -> None:
    page = model_chat.page
    model.script("תשובה ארוכה למדי.")
    model_chat.ask(QUESTION)
    model.allow(5)
    expect(model_chat.text).to_contain_text("תש")
    model_chat.ask("ועוד שאלה?")
    findings.look(page, "being written, with a queue")
    page.locator("[data-action=unqueue]").click()
    model_chat.stop()
    model_chat.wait_for_end("stopped")
    findings.look(page, "stopped")
    model.fail("status")
    model_chat.ask(QUESTION)
    model_chat.wait_for_end("failed")
    model.fail("none")
    findings.look(page, "failed")
    page.context.set_offline(True)
    expect(page.locator("[data-part=banner]")).to_be_visible()
    findings.look(page, "no network")
    page.context.set_offline(False)


def test_the_administration(
    open_context: OpenContext, product: Product, session: StorageState, findings: Findings
) -> None:
    # What axe tries out for itself there is against the policy.
    page = open_context(storage_state=session, bypass_csp=True).new_page()
    for path in ADMIN:
        page.goto(f"{product.url}/admin/{path}")
        findings.look(page, f"admin/{path}")
    for path, first in [("retrieval/document/", LEAVE), ("accounts/user/", "")]:
        page.goto(f"{product.url}/admin/{path}")
        page.locator("#result_list tbody th a", has_text=first).first.click()
        page.wait_for_url(re.compile("/change/"))
        findings.look(page, f"admin/{path} change")
    page.goto(f"{product.url}/admin/retrieval/glossaryentry/try/")
    page.locator("main form input[type=text], main form textarea").first.fill(QUESTION)
    page.locator("main form [type=submit]").last.click()
    findings.look(page, "a tried question")
