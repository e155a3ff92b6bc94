"""What is answered when there is no answer: JSON for programs, a Hebrew page for people."""

import logging
import sys

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader
from django.utils.html import format_html
from django.utils.translation import get_language_bidi

from config.kernel.errors import DomainError, InvalidInputError, NotFoundError, PermissionDeniedError
from config.paths import is_api
from config.problems import OUTAGES, CsrfFailedError, Problem, ServerError, problem_of

logger = logging.getLogger(__name__)
_TEMPLATES = {400: "400.html", 403: "403.html", 404: "404.html", 413: "413.html", 500: "500.html"}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return _answer(request, problem_of(exception) if exception else None, InvalidInputError())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001
    return _answer(request, None, PermissionDeniedError())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001
    return _answer(request, None, NotFoundError())


def server_error(request: HttpRequest) -> HttpResponseBase:
    error = sys.exc_info()[1]  # what middleware raised comes here as well as what views did
    return _answer(request, problem_of(error) if isinstance(error, OUTAGES) else None, ServerError())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001  Django's signature
    return _answer(request, None, CsrfFailedError(), template="403_csrf.html")


def refusal(request: HttpRequest, error: Exception) -> HttpResponseBase | None:
    """Return the answer to a refusal raised by a view, or to an outage; None for a defect of ours."""
    if isinstance(error, OUTAGES):
        return _answer(request, problem_of(error), ServerError())
    if not isinstance(error, DomainError):
        return None
    if error.status == 401 and not is_api(request.path_info):
        return redirect_to_login(request.get_full_path())
    return answer(request, error)


def answer(request: HttpRequest, error: DomainError) -> HttpResponseBase:
    """Return a refusal in the form of the address: JSON for programs, a page for people."""
    return _answer(request, problem_of(error), error)


def _answer(
    request: HttpRequest, problem: Problem | None, otherwise: DomainError, *, template: str = ""
) -> HttpResponseBase:
    problem = problem or problem_of(otherwise)
    if is_api(request.path_info):
        return problem.as_response()
    return _page(problem, template or _TEMPLATES.get(problem.status, "error.html"))


def _page(problem: Problem, template: str) -> HttpResponse:
    """Render without the request: the page of an error must not need what may just have failed."""
    context = {"message": problem.body["message"], "status": problem.status}
    try:
        body = loader.get_template(template).render(context)
    except Exception:
        logger.exception("error page could not be rendered", extra={"template": template})
        body = _plain_page(problem)
    return HttpResponse(body, status=problem.status, headers=problem.headers)


def _plain_page(problem: Problem) -> str:
    return format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8"><title>{}</title>'
        "<h1>{}</h1><p>{}</p></html>",
        "he" if get_language_bidi() else "en",
        "rtl" if get_language_bidi() else "ltr",
        problem.status,
        problem.status,
        problem.body["message"],
    )
