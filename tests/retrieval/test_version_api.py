"""A document's versions by REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from config.kernel.outbox import relay
from tests.conftest import ApiClientOf
from tests.retrieval.conftest import PASSWORDS, SALARIES, VACATION, AddDocument
from tests.retrieval.test_api import DOCUMENTS, SEARCH, code_of, file


@pytest.fixture
def as_manager(api: ApiClientOf, manager: User) -> APIClient:
    return api(manager)


def test_a_document_s_versions_are_listed_read_and_restored(as_manager: APIClient, manager: User) -> None:
    body = {"title": "נוהל", "content": VACATION, "external_id": "hr-1"}
    made = as_manager.post(DOCUMENTS, body, format="json").json()
    again = as_manager.post(DOCUMENTS, body | {"content": PASSWORDS}, format="json")
    assert (again.status_code, again.json()["id"]) == (202, made["id"])
    address = f"{DOCUMENTS}/{made['id']}/versions"
    third = as_manager.post(address, {"file": file("a.txt", SALARIES.encode())}, format="multipart")
    assert (third.status_code, third.json()["title"]) == (202, "נוהל")
    relay.relay(limit=10)
    listed = as_manager.get(address).json()["results"]
    assert [(each["number"], each["filename"], each["is_searched"]) for each in listed] == [
        (3, "a.txt", True),
        (2, "", False),
        (1, "", False),
    ]
    assert listed[0]["size"] == len(SALARIES.encode())
    assert listed[0]["made_by"] == str(manager)
    assert as_manager.get(f"{address}/1").json() == {"number": 1, "title": "נוהל", "content": VACATION}
    assert as_manager.post(f"{address}/1/restore").status_code == 202
    relay.relay(limit=10)
    [hit] = as_manager.get(SEARCH, {"q": "מכסת החופשה"}).json()["results"]
    assert hit["passage"]["text"] == VACATION


def test_the_same_title_makes_a_version_only_where_that_is_asked_for(as_manager: APIClient) -> None:
    def added(content: str, **more: Any) -> str:
        body = {"title": "נוהל", "content": content} | more
        return str(as_manager.post(DOCUMENTS, body, format="json").json()["id"])

    first, second = added(VACATION), added(PASSWORDS)
    assert first != second
    assert added(SALARIES, replace=True) == second


@pytest.mark.parametrize(
    ("body", "code"),
    [({"content": ""}, "document_empty"), ({}, "invalid"), ({"content": "a", "x": 1}, "invalid")],
)
def test_a_version_that_is_none_is_refused(
    as_manager: APIClient, manager: User, add_document: AddDocument, body: dict[str, Any], code: str
) -> None:
    document = add_document(manager, "נוהל", VACATION)
    answer = as_manager.post(f"{DOCUMENTS}/{document.id}/versions", body, format="json")
    assert answer.status_code == 400
    assert code in code_of(answer)
    for number in ("0", "99", "x"):
        assert as_manager.get(f"{DOCUMENTS}/{document.id}/versions/{number}").status_code == 404
        assert as_manager.post(f"{DOCUMENTS}/{document.id}/versions/{number}/restore").status_code == 404
