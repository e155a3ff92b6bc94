"""One family of errors: a stable code for programs, words from the catalogue for people.

DomainError
  InvalidInputError 400      NotAuthenticatedError 401      PermissionDeniedError 403
  NotFoundError 404          ConflictError 409              TooManyRequestsError 429
  ServiceUnavailableError 503
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.types import JSONObject, JSONValue


class DomainError(Exception):
    """A refusal that the caller may be told about.

    `code` is part of the interface and never changes; `status` is its HTTP status; `details` says which
    field or limit; `retry_after` is in seconds, where trying again later helps.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: str | Promise = _("The request could not be carried out.")

    def __init__(self, *, details: JSONObject | None = None, retry_after: int | None = None) -> None:
        super().__init__(self.code)
        self.details: JSONObject = details or {}
        self.retry_after = retry_after

    def as_json(self) -> JSONObject:
        """Return `{code, message, details?, retry_after?}` in the active language."""
        body: dict[str, JSONValue] = {"code": self.code, "message": str(self.message)}
        if self.details:
            body["details"] = self.details
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
        return body


class InvalidInputError(DomainError):
    code = "invalid_input"
    message = _("Some of the input is not valid.")


class NotAuthenticatedError(DomainError):
    code = "not_authenticated"
    status = 401
    message = _("Signing in is needed.")


class PermissionDeniedError(DomainError):
    code = "permission_denied"
    status = 403
    message = _("This action is not allowed for this account.")


class NotFoundError(DomainError):
    code = "not_found"
    status = 404
    message = _("The requested item was not found.")


class ConflictError(DomainError):
    code = "conflict"
    status = 409
    message = _("The request does not fit the present state.")


class TooManyRequestsError(DomainError):
    code = "rate_limited"
    status = 429
    message = _("Too many requests. Please try again shortly.")


class ServiceUnavailableError(DomainError):
    code = "service_unavailable"
    status = 503
    message = _("The service is not available at the moment. Please try again shortly.")
