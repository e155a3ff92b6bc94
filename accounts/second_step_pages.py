"""The pages of the second step: giving a code, setting an app up, and what one does about it afterwards."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import access, between_steps, forms, one_time_codes
from accounts.authentication import request_actor
from accounts.models import User
from accounts.services import second_factor
from accounts.services.passwords import confirm_password
from accounts.services.sign_in import admit, record_sign_in
from accounts.tenancy import request_scope
from accounts.views import complete_sign_in, form_data, form_methods, form_page, submitted
from config.kernel.hiding import UnreadableSecretError, hidden, shown

_OFFERED, _SALT = "offered_secret", "accounts.second_factor.offered"


@form_methods
@sensitive_post_parameters("code")
@request_scope()
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Let somebody in by a code whose password was right a moment ago."""
    between = between_steps.find(request)
    if between is None:
        return redirect("login")
    form = forms.CodeForm(form_data(request))

    def check(*, code: str) -> bool:
        admit(user=between.user, code=code)
        return True

    if not submitted(form, check):
        return form_page(request, "accounts/second_step.html", form)
    between_steps.end(request)
    return complete_sign_in(request, between.user, wanted=between.wanted)


@form_methods
@sensitive_post_parameters("code", "current_password")
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Set an app up: from the profile, or between the steps where the organisation demands it."""
    between = None if request.user.is_authenticated else between_steps.find(request)
    if between is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    person = between.user if between is not None else access.get_user(request_actor(request))
    form = forms.SetUpForm(form_data(request), signed_in=between is None)
    secret = _offered_secret(request)
    told = submitted(form, partial(_set_up, request, person, secret))
    if told is None:
        return form_page(request, "accounts/second_step_set_up.html", form, **_offer(secret, person))
    request.session.pop(_OFFERED, None)
    following = "second-step-state"
    if between is not None:
        between_steps.end(request)
        record_sign_in(user=person)
        complete_sign_in(request, person)
        following = between.wanted
    context = {"codes": told, "following": following}
    return render(request, "accounts/recovery_codes.html", context)


def _set_up(
    request: HttpRequest, person: User, secret: str, *, code: str, current_password: str | None = None
) -> list[str]:
    if current_password is not None:
        actor = request_actor(request)
        confirm_password(actor=actor, password=current_password, field="current_password")
    return second_factor.set_up(user=person, secret=secret, code=code)


def _offered_secret(request: HttpRequest) -> str:
    """Return the secret that this session is offered, the same one until it is taken."""
    try:
        return shown(request.session.get(_OFFERED, ""), salt=_SALT)
    except UnreadableSecretError:
        secret = one_time_codes.new_secret()
        request.session[_OFFERED] = hidden(secret, salt=_SALT)
        return secret


def _offer(secret: str, person: User) -> dict[str, str]:
    address = one_time_codes.app_address(secret, username=person.username)
    return {
        "address": address,
        "picture": one_time_codes.picture_of(address),
        "secret": one_time_codes.groups_of(secret),
    }


@require_safe
@login_required
def state(request: HttpRequest) -> HttpResponseBase:
    """Say whether signing in takes a second step, and what one can do about it."""
    left = second_factor.codes_left(actor=request_actor(request))
    return render(request, "accounts/second_step_state.html", {"left": left})


@form_methods
@login_required
@sensitive_post_parameters("current_password")
def renew_codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, once; the earlier ones are worthless then."""
    form = forms.ConfirmForm(form_data(request))
    actor = request_actor(request)

    def renew(*, current_password: str) -> list[str]:
        return second_factor.renew_codes(actor=actor, password=current_password)

    told = submitted(form, renew)
    if told is None:
        return form_page(request, "accounts/recovery_codes_renew.html", form)
    return render(request, "accounts/recovery_codes.html", {"codes": told, "following": "second-step-state"})


@form_methods
@login_required
@sensitive_post_parameters("current_password")
def take_away(request: HttpRequest) -> HttpResponse:
    """Sign in by password alone from now on."""
    form = forms.ConfirmForm(form_data(request))
    actor = request_actor(request)

    def take(*, current_password: str) -> bool:
        second_factor.take_away(actor=actor, password=current_password)
        return True

    if not submitted(form, take):
        return form_page(request, "accounts/second_step_take_away.html", form)
    messages.success(request, _("Signing in takes the password alone now."))
    return redirect("second-step-state")
