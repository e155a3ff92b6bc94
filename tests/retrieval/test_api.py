"""Documents, passages and search by REST."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from config.kernel.outbox import relay
from retrieval.models import Document
from tests.conftest import ApiClientOf
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, AddDocument

DOCUMENTS = "/api/v1/documents"
SEARCH = "/api/v1/search"


def file(name: str = "נוהל חופשה.txt", data: bytes = VACATION.encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/plain")


def code_of(response: Any) -> str:
    assert set(response.json()) <= {"code", "message", "details", "retry_after"}
    return str(response.json()["code"])


@pytest.fixture
def as_manager(api: ApiClientOf, manager: User) -> APIClient:
    return api(manager)


@pytest.fixture
def as_member(api: ApiClientOf, member: User) -> APIClient:
    return api(member)


# -- documents -----------------------------------------------------------------------------------------------


def test_text_becomes_a_document_that_is_found_once_it_is_indexed(
    as_manager: APIClient, department: Department
) -> None:
    body = {"title": "נוהל חופשה", "content": VACATION, "category": "hr", "departments": [str(department.pk)]}
    made = as_manager.post(DOCUMENTS, body, format="json")
    assert made.status_code == 202
    assert made.json() == made.json() | {
        "title": "נוהל חופשה",
        "category": "hr",
        "departments": [str(department.pk)],
        "status": "pending",
        "error": None,
    }
    address = f"{DOCUMENTS}/{made.json()['id']}"
    assert as_manager.get(SEARCH, {"q": "מכסת החופשה"}).json()["results"] == []
    relay.relay(limit=10)
    assert as_manager.get(address).json()["status"] == "indexed"
    assert len(as_manager.get(SEARCH, {"q": "מכסת החופשה"}).json()["results"]) == 1


def test_a_file_becomes_a_document(
    as_manager: APIClient, department: Department, other_department: Department
) -> None:
    both = [str(department.pk), str(other_department.pk)]
    made = as_manager.post(DOCUMENTS, {"file": file(), "departments": both}, format="multipart")
    assert made.status_code == 202
    assert (made.json()["title"], made.json()["departments"]) == ("נוהל חופשה", sorted(both))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"file": file("a.txt", b"")}, 400, "document_empty"),
        ({"file": file("a.txt", b"\x00\x01" * 500)}, 400, "document_not_text"),
        ({"file": file("a.exe")}, 415, "unsupported_document_type"),
        ({"file": file("a.txt", b"a" * 2001)}, 413, "document_too_large"),
        ({"title": "בלי קובץ"}, 400, "invalid_input"),
        ({"file": [file("a.txt"), file("b.txt")]}, 400, "invalid_input"),
        ({"file": file(), "title": ["אחת", "שתיים"]}, 400, "invalid_input"),
        ({"file": file(), "departments": "nonsense"}, 400, "invalid_input"),
        ({"file": file(), "departments": str(uuid4())}, 400, "unknown_department"),
    ],
)
def test_a_bad_file_is_refused_with_a_stable_code(
    as_manager: APIClient, settings: Any, body: dict[str, Any], status: int, code: str
) -> None:
    settings.DOCUMENT_MAX_BYTES = 2000
    refused = as_manager.post(DOCUMENTS, body, format="multipart")
    assert (refused.status_code, code_of(refused)) == (status, code)
    assert as_manager.get(DOCUMENTS).json()["results"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"title": "נוהל", "content": " \n"}, "document_empty"),
        ({"title": "  ", "content": VACATION}, "empty_text"),
        ({"title": "א" * 301, "content": VACATION}, "text_too_long"),
        ({"content": VACATION}, "invalid_input"),
        ({"title": "נוהל"}, "invalid_input"),
        ([], "invalid_input"),
        ({"title": ["נוהל"], "content": {}}, "invalid_input"),
        ({"title": "נוהל", "content": VACATION, "departments": "x"}, "invalid_input"),
        ({"title": "נוהל", "content": VACATION, "department": str(uuid4())}, "invalid_input"),
    ],
    ids=lambda value: value if isinstance(value, str) else "body",
)
def test_bad_json_is_refused_with_a_stable_code(as_manager: APIClient, body: Any, code: str) -> None:
    refused = as_manager.post(DOCUMENTS, json.dumps(body), content_type="application/json")
    assert (refused.status_code, code_of(refused)) == (400, code)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"title":' * 50_000, '{"title": "א', "null", "\ufeff{}"])
def test_a_body_that_is_no_document_is_refused(
    body: str, as_manager: APIClient, manager: User, add_document: AddDocument
) -> None:
    kept = f"{DOCUMENTS}/{add_document(manager, 'נוהל', VACATION).id}"
    for ask in (as_manager.post, as_manager.patch):
        refused = ask(DOCUMENTS if ask == as_manager.post else kept, body, content_type="application/json")
        assert refused.status_code == 400, ask


def test_a_misspelt_field_publishes_nothing(as_manager: APIClient, department: Department) -> None:
    text = {"title": "נוהל", "content": VACATION, "department": str(department.id)}
    upload = {"file": file(), "department": str(department.id)}
    for refused in (
        as_manager.post(DOCUMENTS, text, format="json"),
        as_manager.post(DOCUMENTS, upload, format="multipart"),
    ):
        assert refused.status_code == 400
        assert list(refused.json()["details"]["fields"]) == ["department"]
    assert as_manager.get(DOCUMENTS).json()["results"] == []


def test_a_document_with_controls_is_kept_without_them(as_manager: APIClient) -> None:
    body = {"title": "נוהל\u202e חופשה", "content": f"{VACATION}\u202e\u2066"}
    made = as_manager.post(DOCUMENTS, body, format="json")
    assert made.json()["title"] == "נוהל חופשה"
    relay.relay(limit=10)
    [hit] = as_manager.get(SEARCH, {"q": "חופשה"}).json()["results"]
    assert hit["passage"]["text"] == VACATION


def test_refusals_speak_the_language_of_the_request(as_manager: APIClient) -> None:
    body = {"title": "נוהל", "content": ""}
    hebrew = as_manager.post(DOCUMENTS, body, format="json", HTTP_ACCEPT_LANGUAGE="he").json()["message"]
    english = as_manager.post(DOCUMENTS, body, format="json", HTTP_ACCEPT_LANGUAGE="en").json()["message"]
    assert hebrew == "אין טקסט במסמך."
    assert english == "The document holds no text."


def test_documents_are_listed_newest_first_in_pages(
    as_manager: APIClient, manager: User, add_document: AddDocument
) -> None:
    for number in range(5):
        add_document(manager, f"מסמך {number}", f"{VACATION} {number}", indexed=False)
    titles, query = [], {"limit": "2"}
    while True:
        page = as_manager.get(DOCUMENTS, query).json()
        titles += [document["title"] for document in page["results"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert titles == [f"מסמך {number}" for number in (4, 3, 2, 1, 0)]


def test_a_list_can_be_narrowed(as_manager: APIClient, manager: User, add_document: AddDocument) -> None:
    add_document(manager, "א", VACATION, category="hr")
    add_document(manager, "ב", PASSWORDS, category="it", indexed=False)
    for query, expected in (({"category": "hr"}, ["א"]), ({"status": "pending"}, ["ב"]), ({}, ["ב", "א"])):
        assert [each["title"] for each in as_manager.get(DOCUMENTS, query).json()["results"]] == expected
    assert code_of(as_manager.get(DOCUMENTS, {"status": "nonsense"})) == "invalid_input"


def test_a_document_is_changed_indexed_again_and_deleted(
    as_manager: APIClient, manager: User, add_document: AddDocument
) -> None:
    address = f"{DOCUMENTS}/{add_document(manager, 'נוהל', VACATION).id}"
    assert as_manager.patch(address, {"category": "hr"}, format="json").json()["status"] == "indexed"
    changed = as_manager.patch(address, {"title": "אחר", "content": PASSWORDS}, format="json").json()
    assert (changed["title"], changed["status"]) == ("אחר", "pending")
    assert as_manager.post(f"{address}/reindex").status_code == 202
    relay.relay(limit=10)
    assert as_manager.get(address).json()["status"] == "indexed"
    assert as_manager.delete(address).status_code == 204
    assert code_of(as_manager.get(address)) == "not_found"
    assert as_manager.get(SEARCH, {"q": "סיסמה"}).json()["results"] == []


def test_why_indexing_failed_is_told(as_manager: APIClient, manager: User, add_document: AddDocument) -> None:
    document = add_document(manager, "נוהל", VACATION)
    with tenant_scope(manager.organization_id):
        Document.objects.filter(id=document.id).update(status="failed", error_code="indexing_failed")
    error = as_manager.get(f"{DOCUMENTS}/{document.id}").json()["error"]
    assert error["code"] == "indexing_failed"
    assert error["message"]


# -- passages and search -------------------------------------------------------------------------------------


def test_a_passage_opens_with_its_document_and_surroundings(
    as_member: APIClient, manager: User, add_document: AddDocument
) -> None:
    paragraphs = [f"{VACATION} " * 6, f"{PASSWORDS} " * 6, f"{SALARIES} " * 6]
    document = add_document(manager, "נוהל", "\n\n".join(paragraphs), category="hr")
    listed = as_member.get(f"{DOCUMENTS}/{document.id}/passages").json()["results"]
    assert [passage["text"] for passage in listed] == [paragraph.strip() for paragraph in paragraphs]
    first, middle, last = (as_member.get(f"/api/v1/passages/{each['id']}").json() for each in listed)
    assert middle == middle | {
        "id": listed[1]["id"],
        "text": paragraphs[1].strip(),
        "page": None,
        "heading": "",
        "document": {"id": str(document.id), "title": "נוהל", "category": "hr"},
    }
    assert document.content[middle["start"] : middle["end"]] == middle["text"]
    assert paragraphs[0].strip().endswith(middle["previous"])
    assert paragraphs[2].startswith(middle["next"])
    assert (first["previous"], last["next"]) == ("", "")


def test_search_answers_in_its_documented_shape(
    as_member: APIClient, manager: User, add_document: AddDocument
) -> None:
    document = add_document(manager, "נוהל חופשה", VACATION, category="hr")
    add_document(manager, "נוהל סיסמאות", PASSWORDS)
    body = as_member.get(SEARCH, {"q": "מהי מכסת החופשה?", "limit": "1"}).json()
    assert set(body) == {"results", "took_ms"}
    [hit] = body["results"]
    assert set(hit) == {"rank", "score", "document", "passage"}
    assert (hit["rank"], hit["score"]) == (1, 1.0)
    assert hit["document"] == {"id": str(document.id), "title": "נוהל חופשה", "category": "hr"}
    assert set(hit["passage"]) == {"id", "text", "page"}
    assert hit["passage"]["text"] == VACATION


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "invalid_input"),
        ({"q": "  "}, "empty_text"),
        ({"q": "\u202e\u2066"}, "empty_text"),
        ({"q": "א" * 4001}, "text_too_long"),
        ({"q": "חופשה", "limit": "0"}, "invalid_input"),
        ({"q": "חופשה", "limit": "21"}, "invalid_input"),
        ({"q": "חופשה", "limit": "many"}, "invalid_input"),
    ],
)
def test_a_bad_search_is_refused_with_a_stable_code(
    as_member: APIClient, query: dict[str, str], code: str
) -> None:
    refused = as_member.get(SEARCH, query)
    assert (refused.status_code, code_of(refused)) == (400, code)


def test_a_search_of_nothing_but_signs_finds_nothing_by_words(as_member: APIClient) -> None:
    assert as_member.get(SEARCH, {"q": "??? 🙂"}).json()["results"] == []


def test_reading_and_uploading_are_counted_apart(as_manager: APIClient, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"read": (2, 60), "upload": (1, 60)}
    text = {"title": "נוהל", "content": VACATION}
    created = [as_manager.post(DOCUMENTS, text, format="json") for _ in range(2)]
    assert [response.status_code for response in created] == [202, 429]
    assert created[0].headers["RateLimit-Limit"] == "1"
    assert code_of(created[1]) == "rate_limited"
    assert int(created[1].headers["Retry-After"]) > 0
    assert [as_manager.get(DOCUMENTS).status_code for _ in range(3)] == [200, 200, 429]


def test_malformed_ids_are_absent(as_manager: APIClient) -> None:
    assert as_manager.get(f"{DOCUMENTS}/123").status_code == 404
    assert as_manager.get("/api/v1/passages/..%2f").status_code == 404
