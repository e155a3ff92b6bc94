"""Every request runs in the organisation of the person who sent it, or in none."""

from collections.abc import Callable

from django.contrib import auth
from django.http import HttpRequest, HttpResponseBase

from accounts import limits
from accounts.access import actor_of
from accounts.sessions import note_use
from accounts.tenancy import enter_scope, request_scope
from config.kernel.errors import DomainError


class TenantMiddleware:
    """Open the tenant scope of the browser session's person around a synchronous view.

    A session whose account is no longer active ends here. Bearer tokens enter their scope when DRF reads
    them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with request_scope():
            _enter(request)
            response = self.get_response(request)
        for name, value in limits.headers_of(request).items():
            response.headers.setdefault(name, value)
        return response


def _enter(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        return
    try:
        enter_scope(actor_of(request.user).organization_id)
    except DomainError:
        auth.logout(request)
        return
    if request.session.session_key:
        note_use(request.session.session_key)
