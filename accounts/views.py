"""The pages of an account: they work without script, and say beside each field what is wrong with it."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, between_steps, forms, limits
from accounts.addresses import client_network
from accounts.authentication import request_actor
from accounts.errors import AccountPendingError, ResetInvalidError
from accounts.forms import AccountForm
from accounts.models import User
from accounts.services import passwords, registration
from accounts.services.profile import ProfileChange, update_profile
from accounts.services.registration import NewAccount
from accounts.services.second_factor import need_of
from accounts.services.sign_in import admit, prove_password
from accounts.tenancy import request_scope
from accounts.types import AccountStatus, Language
from config.kernel.errors import DomainError

form_methods = require_http_methods(["GET", "HEAD", "POST"])
_YEAR = 365 * 24 * 3600
T = TypeVar("T")


@form_methods
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in and go on to `next`, where that is a page of ours."""
    if request.user.is_authenticated:
        return redirect(wanted_page(request))
    form = forms.LoginForm(form_data(request))
    try:
        user = submitted(form, partial(_check, request))
    except AccountPendingError:
        return redirect("pending")
    if user is None:
        context = {
            "next": request.POST.get("next", request.GET.get("next", "")),
            "open": _registration_open(),
        }
        return form_page(request, "accounts/login.html", form, **context)
    return _go_on(request, user)


def _check(request: HttpRequest, *, username: str, password: str) -> User:
    return prove_password(username=username, password=password, address=client_network(request.META))


def _go_on(request: HttpRequest, user: User) -> HttpResponse:
    """Let somebody in whose password was right, or ask for what it takes beside that."""
    need = need_of(user)
    if need == "nothing":
        admit(user=user)
        return complete_sign_in(request, user)
    between_steps.begin(request, user, wanted=wanted_page(request))
    return redirect("second-step" if need == "code" else "second-step-set-up")


def complete_sign_in(request: HttpRequest, user: User, *, wanted: str = "") -> HttpResponse:
    auth.login(request, user)  # under a new session key
    response = redirect(wanted or wanted_page(request))
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _remember_language(response, user.language)
    return response


@require_POST
def log_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and have the browser forget drafts and what else pages have kept in it."""
    auth.logout(request)
    response = redirect("login")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


@form_methods
@sensitive_post_parameters("password")
def register(request: HttpRequest) -> HttpResponseBase:
    """Create an account: by invitation, as the manager of a new organisation, or waiting for approval."""
    if request.user.is_authenticated:
        return redirect("/")
    invitation = request.POST.get("invitation", request.GET.get("invitation", ""))
    if not _registration_open(invited=bool(invitation)):
        return render(request, "accounts/registration_closed.html", status=403)
    form = forms.RegisterForm(
        form_data(request), invited=bool(invitation), initial={"invitation": invitation}
    )
    user = submitted(form, partial(_register, request))
    if user is None:
        return form_page(request, "accounts/register.html", form, invited=bool(invitation))
    if user.status == AccountStatus.PENDING:
        return redirect("pending")
    return _go_on(request, user)


def _register(request: HttpRequest, *, organization: str = "", invitation: str = "", **account: Any) -> User:
    limits.check("register_address", client_network(request.META))
    new = NewAccount(language=_language_of_page(), **account)
    return registration.register(account=new, organization=organization, invitation=invitation)


@require_safe
def pending(request: HttpRequest) -> HttpResponseBase:
    return render(request, "accounts/pending.html")


@form_methods
@login_required
@sensitive_post_parameters("current_password")
def profile(request: HttpRequest) -> HttpResponseBase:
    actor = request_actor(request)
    user = access.get_user(actor)
    kept = {"display_name": user.display_name, "language": _language_of_page(), "email": user.email}
    form = forms.ProfileForm(form_data(request), initial=kept)
    changed = submitted(form, lambda **said: update_profile(actor=actor, change=_change(**said)))
    if changed is None:
        return form_page(request, "accounts/profile.html", form, person=user)
    with override(changed.language):  # the next page speaks it already
        messages.success(request, _("The profile was saved."))
    response = redirect("profile")
    _remember_language(response, changed.language)
    return response


def _change(*, language: str, **said: str) -> ProfileChange:
    return ProfileChange(language=Language(language), **said)


@form_methods
@login_required
@sensitive_post_parameters("current_password", "new_password")
def password_change(request: HttpRequest) -> HttpResponseBase:
    """Change the password; this browser stays signed in, every other session ends."""
    actor = request_actor(request)
    form = forms.PasswordChangeForm(form_data(request))

    def change(*, current_password: str, new_password: str) -> User:
        return passwords.change_password(actor=actor, current=current_password, new=new_password)

    user = submitted(form, change)
    if user is None:
        return form_page(request, "accounts/password_change.html", form)
    auth.update_session_auth_hash(request, user)
    messages.success(request, _("The password was changed. Other devices were signed out."))
    return redirect("profile")


@form_methods
@request_scope()
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link; what follows is the same whether an account has the address or not."""
    form = forms.PasswordResetForm(form_data(request))

    def ask(*, email: str) -> bool:
        limits.check("reset_address", client_network(request.META))
        passwords.request_reset(email=email, origin=request.build_absolute_uri("/").rstrip("/"))
        return True

    if submitted(form, ask):
        return redirect("password-reset-sent")
    return form_page(request, "accounts/password_reset.html", form)


@require_safe
def password_reset_sent(request: HttpRequest) -> HttpResponseBase:
    return render(request, "accounts/password_reset_sent.html")


@form_methods
@sensitive_post_parameters("new_password")
@request_scope()
def password_reset_confirm(request: HttpRequest, uid: str, token: str) -> HttpResponseBase:
    """Choose a new password by the link of the mail."""
    form = forms.NewPasswordForm(form_data(request))

    def choose(*, new_password: str) -> bool:
        limits.check("reset_address", client_network(request.META))
        passwords.reset_password(uid=uid, token=token, new=new_password)
        return True

    try:
        person = passwords.find_reset(uid=uid, token=token)
        if submitted(form, choose):
            return redirect("password-reset-done")
    except ResetInvalidError:
        return render(request, "accounts/password_reset_invalid.html", status=ResetInvalidError.status)
    return form_page(request, "accounts/password_reset_confirm.html", form, person=person)


@require_safe
def password_reset_done(request: HttpRequest) -> HttpResponseBase:
    return render(request, "accounts/password_reset_done.html")


def form_data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def submitted(form: AccountForm, action: Callable[..., T]) -> T | None:
    """Run the action with what a valid form says; None when there is something to show instead."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return action(**form.cleaned_data)
    except (AccountPendingError, ResetInvalidError):
        raise  # these have pages of their own
    except (DomainError, ValidationError) as error:
        form.refuse(error)
        return None


def form_page(request: HttpRequest, template: str, form: AccountForm, **context: Any) -> HttpResponse:
    form.focus_what_is_wrong()
    response = render(request, template, {"form": form, **context}, status=form.status)
    if form.retry_after is not None:
        response.headers["Retry-After"] = str(form.retry_after)
    return response


def wanted_page(request: HttpRequest) -> str:
    """Return where to go after signing in: the wanted page, where it is one of ours, else the chat."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL


def _registration_open(*, invited: bool = False) -> bool:
    return settings.REGISTRATION == "open" or (settings.REGISTRATION == "invite" and invited)


def _language_of_page() -> Language:
    return Language.ENGLISH if get_language() == Language.ENGLISH else Language.HEBREW


def _remember_language(response: HttpResponse, language: str) -> None:
    """Write the cookie that the language of pages is read from, as Django's own switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
