"""The admin site: in Hebrew, for active managers and operators, behind the product's own log-in."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from typing_extensions import override

from accounts.access import actor_of
from accounts.types import Role
from config.kernel.errors import DomainError


class SichaAdminSite(admin.AdminSite):
    """Django's admin without its own doors: signing in, out and changing a password happen at one place each.

    A second log-in form would be a second place to guess passwords at.
    """

    site_header = _("Sicha administration")
    site_title = _("Sicha administration")
    index_title = _("Administration of the organization")
    site_url = "/"
    enable_nav_sidebar = True

    @override
    def has_permission(self, request: HttpRequest) -> bool:
        """Admit active managers and operators; `is_staff` decides nothing here."""
        if not request.user.is_authenticated:
            return False
        try:
            return actor_of(request.user).role in {Role.MANAGER, Role.OPERATOR}
        except DomainError:
            return False

    @method_decorator(never_cache)
    @override
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send anonymous people to the log-in page; who is signed in lacks the right, not the password."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    @override
    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send to the page that checks the password as log-ins are checked and ends every other session."""
        return redirect("password-change")
