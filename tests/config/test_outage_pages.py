"""What cannot be answered is told as what it is, in JSON or on a page: a database that is away as 503, a file
that is too large as that.
"""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from config import error_pages
from config.problems import BodyTooLargeError


@pytest.fixture
def database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise OperationalError

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)


@pytest.mark.usefixtures("database_is_away")
@pytest.mark.parametrize("path", ["/", "/accounts/profile/", "/admin/"])
def test_a_person_sees_a_page_that_says_so(path: str) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "0123456789abcdef"
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert 'dir="rtl"' in answer.content.decode()


@pytest.mark.usefixtures("database_is_away")
def test_a_program_gets_a_stable_code() -> None:
    program = Client(raise_request_exception=False)
    program.cookies["sessionid"] = "0123456789abcdef"
    answer = program.get("/api/v1/conversations")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


@pytest.mark.parametrize("path", ["/", "/api/v1/profile"])
def test_a_defect_of_ours_is_still_one(path: str) -> None:
    request = RequestFactory().get(path)
    assert error_pages.refusal(request, ZeroDivisionError()) is None
    assert error_pages.server_error(request).status_code == 500


def test_a_file_that_is_too_large_is_called_that_on_a_page() -> None:
    request = RequestFactory().post("/admin/retrieval/document/add/")
    page: Any = error_pages.answer(request, BodyTooLargeError())
    assert page.status_code == 413
    assert "הקובץ גדול מדי" in page.content.decode()
