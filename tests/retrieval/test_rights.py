"""Who may do what with documents by REST, in one table."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Department, User
from tests.conftest import ApiClientOf, BrowserOf
from tests.retrieval.conftest import SALARIES, VACATION, AddDocument

DOCUMENTS = "/api/v1/documents"
SEARCH = "/api/v1/search"


def requests_of(client: APIClient, document_id: Any, passage_id: Any) -> dict[str, int]:
    """Return the status of every request that this app answers, the deletion last."""
    document, text = f"{DOCUMENTS}/{document_id}", {"title": "נוהל", "content": VACATION}
    return {
        "list": client.get(DOCUMENTS).status_code,
        "create": client.post(DOCUMENTS, text, format="json").status_code,
        "read": client.get(document).status_code,
        "passages": client.get(f"{document}/passages").status_code,
        "passage": client.get(f"/api/v1/passages/{passage_id}").status_code,
        "search": client.get(SEARCH, {"q": "שכר"}).status_code,
        "change": client.patch(document, {"category": "x"}, format="json").status_code,
        "reindex": client.post(f"{document}/reindex").status_code,
        "delete": client.delete(document).status_code,
    }


@pytest.fixture
def restricted(
    manager: User, department: Department, add_document: AddDocument, api: ApiClientOf
) -> tuple[str, str]:
    """Return the ids of a document of one department and of its passage."""
    document = add_document(manager, "שכר", SALARIES, departments=(department,))
    page = api(manager).get(f"{DOCUMENTS}/{document.id}/passages").json()
    return str(document.id), page["results"][0]["id"]


LISTS = {"list": 200, "search": 200}
READS = LISTS | {"read": 200, "passages": 200, "passage": 200}
ABSENT = LISTS | {"read": 404, "passages": 404, "passage": 404}
NO_CHANGES = {"create": 403, "change": 403, "reindex": 403, "delete": 403}
MAY = {
    "manager": READS | {"create": 202, "change": 200, "reindex": 202, "delete": 204},
    "member": READS | NO_CHANGES,
    "other_member": ABSENT | NO_CHANGES,
    "outsider": ABSENT | NO_CHANGES,
    "outside_manager": ABSENT | {"create": 202, "change": 404, "reindex": 404, "delete": 404},
    "operator": ABSENT | NO_CHANGES,
}


@pytest.mark.parametrize("who", MAY)
def test_everybody_may_do_what_the_table_says(
    who: str, restricted: tuple[str, str], api: ApiClientOf, request: pytest.FixtureRequest
) -> None:
    client = api(request.getfixturevalue(who))
    assert requests_of(client, *restricted) == MAY[who]


def test_anonymous_requests_are_refused(restricted: tuple[str, str], api: ApiClientOf) -> None:
    assert set(requests_of(api(None), *restricted).values()) == {401}


def test_what_is_not_yours_looks_like_what_does_not_exist(
    restricted: tuple[str, str], api: ApiClientOf, other_member: User
) -> None:
    client = api(other_member)
    for kind, foreign in zip(("documents", "passages"), restricted, strict=True):
        answers = [client.get(f"/api/v1/{kind}/{each}").json() for each in (foreign, uuid4(), uuid4())]
        assert answers[0] == answers[1] == answers[2]


def test_a_restricted_document_is_in_nobody_elses_lists(
    restricted: tuple[str, str], api: ApiClientOf, other_member: User, member: User
) -> None:
    assert [each["id"] for each in api(member).get(DOCUMENTS).json()["results"]] == [restricted[0]]
    assert api(other_member).get(DOCUMENTS).json()["results"] == []
    assert api(other_member).get(SEARCH, {"q": "טבלת השכר"}).json()["results"] == []


def test_the_page_reads_with_its_session_and_changes_with_its_token_alone(
    browser: BrowserOf, manager: User, restricted: tuple[str, str]
) -> None:
    page = browser(manager)
    assert page.get(f"/api/v1/passages/{restricted[1]}").status_code == 200
    page.handler.enforce_csrf_checks = True
    assert page.delete(f"{DOCUMENTS}/{restricted[0]}").status_code == 403
