"""Every refusal in one form: `{code, message, details?}` with its status, whatever raised it."""

import logging
import math
from dataclasses import dataclass, field
from typing import Any, cast, overload

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as drf
from rest_framework.settings import api_settings

from config.kernel.errors import (
    DomainError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    PermissionDeniedError,
    ServiceUnavailableError,
    TooManyRequestsError,
)
from config.kernel.outages import OutageError, database_circuit
from config.kernel.types import JSONObject, JSONValue

logger = logging.getLogger(__name__)

# What a server behind us raises that is away or overloaded: nobody's mistake, and worth another try.
OUTAGES = (OperationalError, InterfaceError, OutageError)
RETRY_SECONDS = 5
_CHALLENGE = 'Bearer realm="sicha"'


class InvalidJSONError(DomainError):
    code = "invalid_json"
    message = _("The request body is not valid JSON.")


class MalformedRequestError(DomainError):
    code = "malformed_request"
    message = _("The request body could not be read.")


class BodyTooLargeError(DomainError):
    code = "body_too_large"
    status = 413
    message = _("The request body is too large.")


class UnsupportedMediaTypeError(DomainError):
    code = "unsupported_media_type"
    status = 415
    message = _("The request body has a type that is not supported here.")


class NotAcceptableError(DomainError):
    code = "not_acceptable"
    status = 406
    message = _("None of the accepted response types is available.")


class MethodNotAllowedError(DomainError):
    code = "method_not_allowed"
    status = 405
    message = _("This method is not available at this address.")


class CsrfFailedError(PermissionDeniedError):
    code = "csrf_failed"
    message = _("The page has expired. Please reload it and try again.")


class UnknownHostError(DomainError):
    code = "unknown_host"
    message = _("This server does not answer under that host name.")


class DatabaseUnavailableError(ServiceUnavailableError):
    code = "database_unavailable"


class ServerError(DomainError):
    code = "server_error"
    status = 500
    message = _("Something went wrong on our side. The problem was recorded.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal, ready to be sent."""

    status: int
    body: JSONObject
    headers: dict[str, str] = field(default_factory=dict)

    def as_response(self) -> JsonResponse:
        return JsonResponse(
            self.body, status=self.status, headers=self.headers, json_dumps_params={"ensure_ascii": False}
        )


@overload
def problem_of(error: DomainError) -> Problem: ...
@overload
def problem_of(error: BaseException) -> Problem | None: ...
def problem_of(error: BaseException) -> Problem | None:
    """Return what to tell the caller, in the active language; None for a defect of ours."""
    refusal = error if isinstance(error, DomainError) else _as_outage(error) or _as_domain_error(error)
    if refusal is None:
        return None
    headers = _framework_headers(error)
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == NotAuthenticatedError.status:
        headers.setdefault("WWW-Authenticate", _CHALLENGE)
    return Problem(refusal.status, refusal.as_json(), headers)


def _framework_headers(error: BaseException) -> dict[str, str]:
    if isinstance(error, drf.MethodNotAllowed):
        return {"Allow": ", ".join(getattr(error, "allowed", ()))}
    challenge = getattr(error, "auth_header", None)
    return {"WWW-Authenticate": challenge} if challenge else {}


def _as_domain_error(error: BaseException) -> DomainError | None:
    if isinstance(error, drf.ValidationError):
        return InvalidInputError(details={"fields": _fields(error.detail)})
    if isinstance(error, ValidationError):
        return InvalidInputError(details={"fields": _fields(_django_messages(error))})
    if isinstance(error, drf.Throttled):
        return TooManyRequestsError(retry_after=math.ceil(getattr(error, "wait", None) or 1))
    if isinstance(error, drf.ParseError) and "JSON" in str(error.detail):
        return InvalidJSONError()
    if isinstance(error, drf.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return CsrfFailedError()
    return next((refusal() for kinds, refusal in _BY_KIND if isinstance(error, kinds)), None)


def _as_outage(error: BaseException) -> ServiceUnavailableError | None:
    if not isinstance(error, OUTAGES):
        return None
    if isinstance(error, OutageError):
        return ServiceUnavailableError(retry_after=RETRY_SECONDS)
    # A mistake of ours in a query may look like this, too; of an outage there is enough in the log already.
    logger.warning("database did not answer", exc_info=None if database_circuit.is_open else error)
    return DatabaseUnavailableError(retry_after=RETRY_SECONDS)


_BY_KIND: tuple[tuple[tuple[type[BaseException], ...], type[DomainError]], ...] = (
    ((drf.NotAuthenticated, drf.AuthenticationFailed), NotAuthenticatedError),
    ((drf.PermissionDenied, PermissionDenied), PermissionDeniedError),
    ((drf.NotFound, Http404), NotFoundError),
    ((drf.ParseError,), MalformedRequestError),
    ((drf.MethodNotAllowed,), MethodNotAllowedError),
    ((drf.NotAcceptable,), NotAcceptableError),
    ((drf.UnsupportedMediaType,), UnsupportedMediaTypeError),
    ((RequestDataTooBig,), BodyTooLargeError),
)


# What DRF says in English whatever the language.
_UNTRANSLATED = {"No data provided": _("A JSON object is needed.")}


def _django_messages(error: ValidationError) -> dict[str, list[str]]:
    own = api_settings.NON_FIELD_ERRORS_KEY
    return error.message_dict if hasattr(error, "error_dict") else {own: error.messages}


def _fields(detail: Any) -> JSONObject:
    """Return `{field: [message]}`, nested as the input was."""
    plain = _plain(detail)
    return plain if isinstance(plain, dict) else {api_settings.NON_FIELD_ERRORS_KEY: plain}


def _plain(detail: Any) -> JSONValue:
    if isinstance(detail, dict):
        return {str(name): _plain(value) for name, value in detail.items()}
    if isinstance(detail, list | tuple):
        return cast("JSONValue", [_plain(value) for value in detail])
    return str(_UNTRANSLATED.get(detail, detail))
