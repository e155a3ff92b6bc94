"""What lists and sessions show of a department's document; tests/rights holds the table of all addresses."""

import pytest

from accounts.models import Department, User
from tests.conftest import ApiClientOf, BrowserOf
from tests.retrieval.conftest import SALARIES, AddDocument

DOCUMENTS = "/api/v1/documents"
SEARCH = "/api/v1/search"


@pytest.fixture
def restricted(
    manager: User, department: Department, add_document: AddDocument, api: ApiClientOf
) -> tuple[str, str]:
    """Return the ids of a document of one department and of its passage."""
    document = add_document(manager, "שכר", SALARIES, departments=(department,))
    page = api(manager).get(f"{DOCUMENTS}/{document.id}/passages").json()
    return str(document.id), page["results"][0]["id"]


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
