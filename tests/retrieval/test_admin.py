"""The manager's pages for documents."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from retrieval.models import Document
from tests.conftest import BrowserOf
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument

LIST = "/admin/retrieval/document/"
ADD = f"{LIST}add/"


@pytest.fixture
def page(browser: BrowserOf, manager: User) -> Client:
    return browser(manager)


def documents(person: User) -> list[Document]:
    with tenant_scope(person.organization_id):
        return list(Document.objects.filter(deleted_at__isnull=True).prefetch_related("departments"))


def form(**fields: Any) -> dict[str, Any]:
    return {"title": "", "content": "", "category": ""} | fields


def test_the_filter_names_what_has_no_category(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל חופשה", VACATION)
    add_document(manager, "נוהל אחר", f"{VACATION} אחר", category="hr")
    html = page.get(LIST).content.decode()
    assert re.search(r'href="\?category="[^>]*>\s*ללא קטגוריה\s*<', html)


def test_a_text_that_needs_attention_is_shown_with_its_reason_and_accepted_beside_it(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION)
    attention = {"status": Document.Status.NEEDS_ATTENTION, "error_code": "text_doubtful"}
    with tenant_scope(manager.organization_id):
        Document.objects.filter(pk=document.pk).update(**attention)
    html = unescape(page.get(f"{LIST}{document.pk}/change/").content.decode())
    for words in (VACATION, "אינו בחיפוש עדיין", "שימוש בטקסט כמות שהוא"):
        assert words in html
    sent = {"action": "accept", "_selected_action": str(document.pk)}
    assert page.post(LIST, sent).status_code == 302
    assert documents(manager)[0].status == Document.Status.PENDING
    html = unescape(page.get(f"{LIST}{document.pk}/change/").content.decode())
    assert "שימוש בטקסט כמות שהוא" not in html


def test_a_text_that_is_not_there_cannot_be_accepted(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION)
    attention = {
        "status": Document.Status.NEEDS_ATTENTION,
        "error_code": "recognition_missing",
        "content": "",
    }
    with tenant_scope(manager.organization_id):
        Document.objects.filter(pk=document.pk).update(**attention)
    sent = {"action": "accept", "_selected_action": str(document.pk)}
    said = unescape(page.post(LIST, sent, follow=True).content.decode())
    assert "לא נקרא ממנו טקסט" in said
    assert documents(manager)[0].status == Document.Status.NEEDS_ATTENTION


def test_the_list_shows_the_own_organizations_documents_in_hebrew(
    page: Client, manager: User, outside_manager: User, department: Department, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל חופשה", VACATION, departments=(department,))
    add_document(outside_manager, "נוהל זר", VACATION)
    html = unescape(page.get(LIST).content.decode())
    assert "נוהל חופשה" in html
    assert "נוהל זר" not in html
    for words in ("מסמכים", "מוכן לחיפוש", department.name):
        assert words in html


def test_a_file_is_uploaded_for_departments(page: Client, manager: User, department: Department) -> None:
    file = SimpleUploadedFile("נוהל.md", f"# מכסת ימים\n\n{VACATION}".encode())
    answer = page.post(ADD, form(file=file, category="hr", departments=[str(department.pk)]))
    assert (answer.status_code, answer.headers.get("Location")) == (302, LIST)
    [document] = documents(manager)
    with tenant_scope(manager.organization_id):
        assert [each.pk for each in document.departments.all()] == [department.pk]
    assert (document.title, document.category, document.status) == ("מכסת ימים", "hr", "pending")


def test_the_page_can_tell_beforehand_that_a_file_is_too_large(page: Client, settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 3_000_000
    html = unescape(page.get(ADD).content.decode())
    assert 'data-max-bytes="3000000"' in html
    assert "עד 3 מגה" in html


def test_typed_text_needs_a_title(page: Client, manager: User) -> None:
    assert "נדרשת כותרת" in unescape(page.post(ADD, form(content=VACATION)).content.decode())
    assert page.post(ADD, form(content=VACATION, title="נוהל")).status_code == 302
    assert [document.title for document in documents(manager)] == ["נוהל"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"\x00\x01" * 99, "אין בקובץ טקסט קריא"),
        ("a.doc", b"%PDF", "אי אפשר לקרוא מסמכים מסוג זה"),
        ("a.txt", b" \n", "אין טקסט במסמך"),
    ],
)
def test_what_cannot_be_read_is_told_beside_the_form(
    page: Client, manager: User, name: str, data: bytes, words: str
) -> None:
    answer = page.post(ADD, form(title="נוהל", file=SimpleUploadedFile(name, data)))
    assert words in unescape(answer.content.decode())
    assert documents(manager) == []


def test_editing_goes_through_the_services(page: Client, manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל", VACATION)
    address = f"{LIST}{document.id}/change/"
    assert VACATION in unescape(page.get(address).content.decode())
    assert page.post(address, form(title="נוהל", content=VACATION, category="hr")).status_code == 302
    assert (documents(manager)[0].category, documents(manager)[0].status) == ("hr", "indexed")
    assert page.post(address, form(title="אחר", content=PASSWORDS, category="hr")).status_code == 302
    [changed] = documents(manager)
    assert (changed.title, changed.content, changed.status) == ("אחר", PASSWORDS, "pending")


def test_selected_documents_are_indexed_again_or_deleted(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    first, second = add_document(manager, "א", VACATION), add_document(manager, "ב", PASSWORDS)
    page.post(LIST, {"action": "reindex", "_selected_action": [str(first.id)]})
    assert {document.title: document.status for document in documents(manager)} == {
        "א": "pending",
        "ב": "indexed",
    }
    page.post(LIST, {"action": "delete_selected", "_selected_action": [str(second.id)], "post": "yes"})
    assert [document.title for document in documents(manager)] == ["א"]
    page.post(f"{LIST}{first.id}/delete/", {"post": "yes"})
    assert documents(manager) == []


def test_a_foreign_document_does_not_open(
    browser: BrowserOf, manager: User, outside_manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    stranger = browser(outside_manager)
    assert VACATION not in stranger.get(f"{LIST}{document.id}/change/", follow=True).content.decode()
    stranger.post(f"{LIST}{document.id}/delete/", {"post": "yes"})
    assert len(documents(manager)) == 1


def test_the_page_is_for_managers_alone(browser: BrowserOf, member: User, operator: User) -> None:
    for person in (None, member, operator):
        assert browser(person).get(LIST).status_code in {302, 403}


def test_a_file_of_the_same_title_is_the_next_version_and_an_earlier_one_is_restored(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    upload = SimpleUploadedFile("נוהל.txt", PASSWORDS.encode())
    assert page.post(ADD, form(file=upload, replaces="on")).status_code == 302
    [newer] = documents(manager)
    assert (newer.id, newer.content, newer.edition) == (document.id, PASSWORDS, 2)
    address = f"{LIST}{document.id}/versions/"
    html = unescape(page.get(address).content.decode())
    assert "נוהל.txt" in html
    assert "שחזור" in html
    assert page.post(address, {"number": "1"}).headers["Location"] == address
    assert [each.content for each in documents(manager)] == [VACATION]
    for wrong in ("", "7", "-1", "א", "9" * 30):
        assert page.post(address, {"number": wrong}).status_code == 302
    assert [each.edition for each in documents(manager)] == [3]


def test_a_file_at_a_document_takes_the_place_of_its_text(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל", VACATION, category="hr")
    upload = SimpleUploadedFile("חדש.txt", PASSWORDS.encode())
    answer = page.post(
        f"{LIST}{document.id}/change/", form(title="נוהל", content=VACATION, category="it", file=upload)
    )
    assert answer.status_code == 302
    [newer] = documents(manager)
    assert (newer.title, newer.category, newer.content) == ("נוהל", "it", PASSWORDS)


def test_the_list_is_told_how_far_documents_are(
    page: Client, manager: User, outside_manager: User, add_document: AddDocument
) -> None:
    done, waiting = add_document(manager, "א", VACATION), add_document(manager, "ב", PASSWORDS, indexed=False)
    foreign = add_document(outside_manager, "ג", VACATION)
    html = page.get(LIST).content.decode()
    assert f'data-document="{waiting.id}" data-state=""' in html
    assert f'data-document="{done.id}" data-state="settled"' in html
    asked = {"id": [str(done.id), str(waiting.id), str(foreign.id)]}
    assert page.get(f"{LIST}progress/", asked).json() == {
        str(done.id): {"text": "מוכן לחיפוש", "settled": True},
        str(waiting.id): {"text": "בהמתנה", "settled": False},
    }
    assert page.get(f"{LIST}progress/", {"id": "x"}).json() == {}


def test_people_are_chosen_by_their_names_and_it_is_said_who_reads_what_names_nobody(
    page: Client, member: User
) -> None:
    html = unescape(page.get(ADD).content.decode())
    assert member.username not in html  # a list of everybody would not end
    asked = {"term": "דנה", "app_label": "retrieval", "model_name": "document", "field_name": "people"}
    found = page.get("/admin/autocomplete/", asked).json()["results"]
    assert found == [{"id": str(member.pk), "text": f"{member.display_name} ({member.username})"}]
    assert "בלי מחלקות ובלי אנשים המסמך פתוח לכל הארגון" in html


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("retrieval/document/", "אפשר להתחיל בהוספת מסמך ראשון"),
        ("retrieval/glossaryentry/", "שמות שונים שיש בארגון לאותו דבר"),
        ("retrieval/approvedanswer/", "הן נמסרות מילה במילה"),
        ("analytics/evaluationquestion/", "שאלות שתשובותיהן ידועות"),
        ("analytics/evaluationrun/", "עדיין לא נערכה הערכה"),
    ],
)
def test_an_empty_list_says_what_it_is_for(page: Client, path: str, words: str) -> None:
    assert words in unescape(page.get(f"/admin/{path}").content.decode())


def test_a_list_that_finds_nothing_does_not_claim_that_nothing_is_there(
    page: Client, manager: User, add_document: AddDocument
) -> None:
    add_document(manager, "נוהל חופשה", VACATION)
    html = unescape(page.get(f"{LIST}?q=הריונות").content.decode())
    assert "אפשר להתחיל בהוספת מסמך ראשון" not in html
