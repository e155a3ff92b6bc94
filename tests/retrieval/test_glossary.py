"""The organisation's own words, and the page that shows what a question finds and why."""

from html import unescape

import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.errors import PermissionDeniedError
from retrieval import glossary
from retrieval.glossary import MOST_EVERYDAY, everyday_names
from retrieval.models import GlossaryEntry
from retrieval.search import find_passages
from tests.conftest import BrowserOf
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, ReaderOf

LIST = "/admin/retrieval/glossaryentry/"
pytestmark = pytest.mark.django_db


def add(manager: User, terms: str) -> GlossaryEntry:
    with tenant_scope(manager.organization_id):
        return glossary.save_entry(actor=actor_of(manager), entry=GlossaryEntry(), terms=terms)


def expanded(person: User, question: str) -> str:
    with tenant_scope(person.organization_id):
        return glossary.expanded(question, glossary.other_names(question))


def test_a_question_is_searched_with_the_other_names_of_what_it_names(manager: User) -> None:
    add(manager, "לפטופ, מחשב נייד,  laptop")
    assert expanded(manager, "איפה הלפטופים?") == "איפה הלפטופים? (מחשב נייד, laptop)"
    assert expanded(manager, "כמה מחשבים ניידים יש?") == "כמה מחשבים ניידים יש? (לפטופ, laptop)"
    assert expanded(manager, "כמה מחשבים יש?") == "כמה מחשבים יש?"


def test_the_glossary_of_another_organization_adds_nothing(manager: User, outside_manager: User) -> None:
    add(outside_manager, "לפטופ, מחשב נייד")
    assert expanded(manager, "איפה הלפטופ?") == "איפה הלפטופ?"


def test_a_passage_is_found_by_a_word_that_only_the_glossary_knows(
    manager: User, add_document: AddDocument, reader: ReaderOf
) -> None:
    add_document(manager, "נוהל חופשה", VACATION)
    add_document(manager, "נוהל סיסמאות", PASSWORDS)
    add(manager, "קוד כניסה, סיסמה")
    found = find_passages(question="מה קוד הכניסה?", reader=reader(manager))
    assert found.passages[0].document.title == "נוהל סיסמאות"


def test_a_question_of_many_names_is_not_drowned(manager: User) -> None:
    add(manager, ", ".join(f"מונח{letter}" for letter in "אבגדהוזחט"))
    assert expanded(manager, "מונחא").count(",") == glossary.MOST_ADDED - 1


@pytest.mark.parametrize("terms", ["", "לפטופ", "לפטופ, לפטופ", "לפטופ, ,!"])
def test_an_entry_of_one_term_is_refused(manager: User, terms: str) -> None:
    with pytest.raises(glossary.GlossaryTooShortError):
        add(manager, terms)


@pytest.mark.parametrize("common", ["א", "של", "כל", "מה זה", "x", "the", "7"])
def test_a_term_that_every_question_has_is_refused_by_its_name(manager: User, common: str) -> None:
    with pytest.raises(glossary.GlossaryTermError) as refused:
        add(manager, f"לפטופ, {common}, מחשב נייד")
    assert refused.value.details == {"term": common}
    assert glossary.terms_of(f"לפטופ, {common}, מחשב נייד") == ["לפטופ", "מחשב נייד"]


def test_only_managers_keep_the_glossary(member: User) -> None:
    with tenant_scope(member.organization_id), pytest.raises(PermissionDeniedError):
        glossary.save_entry(actor=actor_of(member), entry=GlossaryEntry(), terms="א, ב")


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def test_an_entry_is_added_in_the_admin_and_one_term_alone_is_refused_there(
    page: Client, manager: User
) -> None:
    assert "קצר או נפוץ מדי" in unescape(page.post(f"{LIST}add/", {"terms": "לפטופ, כל"}).content.decode())
    assert "לפחות שני מונחים" in unescape(page.post(f"{LIST}add/", {"terms": "לפטופ"}).content.decode())
    assert page.post(f"{LIST}add/", {"terms": " לפטופ ,מחשב  נייד"}).status_code == 302
    with tenant_scope(manager.organization_id):
        assert [entry.terms for entry in GlossaryEntry.objects.all()] == ["לפטופ, מחשב נייד"]


def test_a_manager_sees_what_a_question_finds_and_why(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל חופשה", VACATION)
    add(manager, "פגרה, חופשה")
    html = unescape(page.get(f"{LIST}try/", {"question": "מתי הפגרה?"}).content.decode())
    for words in ("נוהל חופשה", "נוסף ממילון המונחים: <bdi>חופשה</bdi>", "BM25", "שורשים"):
        assert words in html


def test_the_page_names_the_words_that_no_document_has_and_why_there_would_be_a_refusal(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל חופשה", VACATION)
    html = unescape(page.get(f"{LIST}try/", {"question": "מה מחיר הקרטושקות לזברות?"}).content.decode())
    assert "באף אחד מהקטעים: <bdi>" in html
    assert "סירוב" in html


def test_a_question_that_finds_nothing_says_so(page: Client) -> None:
    html = unescape(page.get(f"{LIST}try/", {"question": "מתי הפגרה?"}).content.decode())
    assert "לא נמצא אף קטע" in html


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("נגמר לי המקום במייל", ["דואר אלקטרוני"]),
        ("Where is my payslip?", ["תלוש", "תלוש שכר"]),
        ("איך נראה הסוס?", []),
        ("", []),
    ],
)
def test_what_every_office_has_other_names_for_is_searched_by_them(question: str, added: list[str]) -> None:
    assert set(added) <= set(everyday_names(question))
    assert bool(added) is bool(everyday_names(question))


def test_no_english_name_is_added_to_a_question() -> None:
    assert not any(name.isascii() for name in everyday_names("הלפטופ, המייל והמשכורת"))


def test_everyday_names_do_not_drown_a_question_either() -> None:
    assert len(everyday_names("מייל לפטופ פלאפון משכורת אוטו בניין בוס")) <= MOST_EVERYDAY
