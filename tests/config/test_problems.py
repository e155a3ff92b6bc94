"""Whatever was raised, the caller gets `{code, message, details?}` with the right status and headers."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions as drf

from config.api import exception_handler
from config.kernel.errors import ConflictError, NotAuthenticatedError, TooManyRequestsError
from config.kernel.outages import OutageError
from config.problems import problem_of


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ConflictError(), 409, "conflict"),
        (drf.NotAuthenticated(), 401, "not_authenticated"),
        (drf.AuthenticationFailed(), 401, "not_authenticated"),
        (drf.PermissionDenied(), 403, "permission_denied"),
        (drf.PermissionDenied("CSRF Failed: Origin"), 403, "csrf_failed"),
        (PermissionDenied(), 403, "permission_denied"),
        (drf.NotFound(), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (drf.NotAcceptable(), 406, "not_acceptable"),
        (drf.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
        (drf.ParseError("JSON parse error - x"), 400, "invalid_json"),
        (drf.ParseError("Multipart form parse error"), 400, "malformed_request"),
        (drf.Throttled(), 429, "rate_limited"),
        (drf.ValidationError({"name": ["x"]}), 400, "invalid_input"),
        (ValidationError("x"), 400, "invalid_input"),
        (OperationalError("the database does not answer"), 503, "database_unavailable"),
        (InterfaceError("connection is closed"), 503, "database_unavailable"),
        (OutageError("redis"), 503, "service_unavailable"),
    ],
)
def test_every_refusal_has_a_stable_code(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert problem is not None
    assert (problem.status, problem.body["code"]) == (status, code)


def test_an_outage_says_when_to_try_again() -> None:
    problem = problem_of(OperationalError())
    assert problem is not None
    assert problem.headers["Retry-After"] == "5"


def test_a_defect_is_no_refusal() -> None:
    assert problem_of(IntegrityError()) is None
    assert problem_of(ZeroDivisionError()) is None
    assert exception_handler(ZeroDivisionError(), {}) is None


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (
            drf.ValidationError({"name": ["short"], "items": [{}, {"id": ["bad"]}]}),
            {"name": ["short"], "items": [{}, {"id": ["bad"]}]},
        ),
        (drf.ValidationError(["whole"]), {"non_field_errors": ["whole"]}),
        (ValidationError({"name": ["short"]}), {"name": ["short"]}),
        (ValidationError("whole"), {"non_field_errors": ["whole"]}),
    ],
)
def test_invalid_input_names_its_fields(error: Exception, fields: Any) -> None:
    problem = problem_of(error)
    assert problem is not None
    assert problem.body["details"] == {"fields": fields}


def test_signing_in_is_asked_for_with_a_challenge() -> None:
    for error in (NotAuthenticatedError(), drf.NotAuthenticated()):
        problem = problem_of(error)
        assert problem is not None
        assert problem.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_limit_says_when_to_come_back() -> None:
    assert problem_of(TooManyRequestsError(retry_after=30)).headers["Retry-After"] == "30"


@pytest.mark.parametrize(("language", "word"), [("he", "נדרש"), ("en", "A valid")])
def test_words_of_the_framework_come_in_both_languages(language: str, word: str) -> None:
    from rest_framework.fields import IntegerField

    with translation.override(language), pytest.raises(drf.ValidationError) as raised:
        IntegerField().run_validation("x")
    problem = problem_of(raised.value)
    assert problem is not None
    assert word in str(problem.body["details"])
