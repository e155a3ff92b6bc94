"""The chat page as the server writes it: readable without script, and nobody else's."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.models import User
from conversations import services as conversations
from conversations.types import CitationData, Closing, MessageStatus, Turn
from tests.conftest import BrowserOf

QUOTE = "מכסת החופשה היא 21 ימים."


def ask(person: User, text: str = "כמה ימי חופשה?", *, conversation_id: UUID | None = None) -> Turn:
    return conversations.open_turn(
        actor=actor_of(person), text=text, lease_owner="tests", conversation_id=conversation_id
    )


def answer(turn: Turn, text: str, **closing: Any) -> None:
    fields: dict[str, Any] = {
        "status": MessageStatus.COMPLETE,
        "text": text,
        "model": "extractive",
        **closing,
    }
    conversations.close_turn(turn=turn, closing=Closing(**fields))


def citation(title: str = "נוהל חופשה") -> CitationData:
    return CitationData(1, uuid4(), uuid4(), title, QUOTE, 0, len(QUOTE))


def page(client: Client, turn: Turn) -> str:
    response = client.get(f"/c/{turn.conversation_id}/")
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_sent_to_the_login(browser: BrowserOf) -> None:
    response = browser().get("/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/accounts/login/?next=/"


def test_the_page_is_sent_compressed_to_whoever_reads_that(browser: BrowserOf, member: User) -> None:
    client = browser(member)
    plain, packed = client.get("/"), client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    stored = client.get("/api/v1/conversations", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in stored.headers


def test_an_empty_conversation_greets_by_name_and_offers_questions(browser: BrowserOf, member: User) -> None:
    html = browser(member).get("/").content.decode()
    assert '<html lang="he" dir="rtl"' in html
    assert "דנה כהן" in html
    assert html.count('data-action="example"') == 4


def test_the_demo_organization_offers_its_own_questions(
    browser: BrowserOf, member: User, settings: Any
) -> None:
    settings.DEMO, settings.DEMO_ORGANIZATION = True, "אופק"
    first = settings.DEMO_QUESTIONS.read_text(encoding="utf-8").splitlines()[0]
    html = browser(member).get("/").content.decode()
    assert f'data-question="{first}"' in html
    assert html.count('data-action="example"') == 4


@pytest.mark.usefixtures("open_documents")
def test_an_answer_is_shown_with_links_to_its_citations(browser: BrowserOf, member: User) -> None:
    turn = ask(member)
    answer(turn, f"{QUOTE} [1]", citations=[citation()], confidence_level="high")
    html = page(browser(member), turn)
    assert f'<bdi class="cite"><a href="#citation-{turn.answer_id}-1"' in html
    assert f'id="citation-{turn.answer_id}-1"' in html
    assert QUOTE in html
    assert "ודאות גבוהה" in html


def test_a_mark_without_a_citation_stays_text(browser: BrowserOf, member: User) -> None:
    turn = ask(member)
    answer(turn, "ראו סעיף [7] בנוהל.")
    assert "ראו סעיף [7] בנוהל." in page(browser(member), turn)


@pytest.mark.usefixtures("open_documents")
def test_a_refusal_opens_the_documents_that_it_names(browser: BrowserOf, member: User) -> None:
    turn = ask(member)
    passage = str(uuid4())
    source = {"document_id": str(uuid4()), "title": "נוהל חופשה", "passage_id": passage, "score": 0.4}
    text = "לא נמצאה תשובה ברורה.\n\nהמסמכים הקרובים:\n• נוהל חופשה"
    answer(turn, text, status=MessageStatus.REFUSED, sources=[source])
    assert f'<li><a href="#passage-{passage}">נוהל חופשה</a></li>' in page(browser(member), turn)


def test_an_answer_being_written_is_marked_busy(browser: BrowserOf, member: User) -> None:
    turn = ask(member)
    html = page(browser(member), turn)
    log = html[html.index('data-part="log"') : html.index("</main>")]
    assert 'aria-busy="true"' in log


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (MessageStatus.STOPPED, "התשובה נעצרה."),
        (MessageStatus.INTERRUPTED, "התשובה נקטעה לפני סופה."),
        (MessageStatus.FAILED, "לא ניתן היה לכתוב תשובה."),
    ],
)
def test_an_answer_that_ended_badly_says_so(
    browser: BrowserOf, member: User, status: MessageStatus, words: str
) -> None:
    turn = ask(member)
    answer(turn, "התחלה", status=status)
    html = page(browser(member), turn)
    assert words in html[html.index('data-part="log"') : html.index("</main>")]


def test_nothing_that_people_or_models_write_becomes_markup(browser: BrowserOf, member: User) -> None:
    payload = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    turn = ask(member, payload)
    answer(turn, f"{payload} [1] https://example.org/{payload}", citations=[citation(payload)])
    html = page(browser(member), turn)
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_each_block_says_its_direction(browser: BrowserOf, member: User) -> None:
    turn = ask(member)
    answer(turn, "VPN הוא הכלי לגישה מרחוק.\n\nPlease restart the computer.")
    html = page(browser(member), turn)
    assert '<p dir="rtl" lang="he">VPN הוא' in html
    assert '<p dir="ltr" lang="en">Please restart' in html


def test_nobody_reads_anothers_conversation(
    browser: BrowserOf, member: User, manager: User, other_member: User, outsider: User
) -> None:
    turn = ask(member)
    for person in (manager, other_member, outsider):
        assert browser(person).get(f"/c/{turn.conversation_id}/").status_code == 404
        assert turn.text not in browser(person).get("/").content.decode()


def test_a_conversation_that_does_not_exist_looks_the_same(browser: BrowserOf, member: User) -> None:
    assert browser(member).get(f"/c/{uuid4()}/").status_code == 404


def test_earlier_messages_are_a_link_away(browser: BrowserOf, member: User) -> None:
    first = ask(member, "השאלה הראשונה")
    answer(first, "התשובה הראשונה")
    for number in range(30):
        turn = ask(member, f"שאלה {number}", conversation_id=first.conversation_id)
        answer(turn, f"תשובה {number}")
    client = browser(member)
    latest = page(client, first)
    assert "התשובה הראשונה" not in latest
    before = re.search(r'href="(/c/[^"]+\?before=[^"]+)"', latest)
    assert before is not None
    assert "התשובה הראשונה" in client.get(before.group(1)).content.decode()


def test_earlier_conversations_are_a_link_away(browser: BrowserOf, member: User) -> None:
    for number in range(31):
        ask(member, f"נושא מספר {number} בלבד")
    client = browser(member)
    first = client.get("/").content.decode()
    assert "נושא מספר 0 בלבד" not in first
    more = re.search(r'href="(/\?conversations=[^"]+)"', first)
    assert more is not None
    assert "נושא מספר 0 בלבד" in client.get(more.group(1)).content.decode()


@pytest.mark.parametrize("address", ["/?conversations=x", "/?conversations=%00"])
def test_a_made_up_cursor_is_refused(browser: BrowserOf, member: User, address: str) -> None:
    assert browser(member).get(address).status_code == 400


def test_only_managers_are_shown_the_way_to_the_administration(
    browser: BrowserOf, member: User, manager: User
) -> None:
    assert 'href="/admin/"' not in browser(member).get("/").content.decode()
    assert 'href="/admin/"' in browser(manager).get("/").content.decode()


def test_the_page_is_only_read(browser: BrowserOf, member: User) -> None:
    assert browser(member).post("/").status_code == 405
    assert browser(member).head("/").status_code == 200


def test_the_page_holds_no_inline_code_and_is_kept_by_nobody(browser: BrowserOf, member: User) -> None:
    response = browser(member).get("/")
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", html)
    assert "no-store" in response.headers["Cache-Control"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_the_page_speaks_english_when_chosen(browser: BrowserOf, member: User) -> None:
    client = browser(member)
    client.cookies["django_language"] = "en"
    html = client.get("/").content.decode()
    assert '<html lang="en" dir="ltr"' in html
    assert "New conversation" in html
