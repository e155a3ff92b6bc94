"""The page on which people see where they are signed in, and end what is not theirs any more."""

from contextlib import suppress
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.authentication import request_actor
from accounts.services import sign_ins as service
from config.kernel.errors import NotFoundError


@require_safe
@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    found = service.sign_ins_of(actor=request_actor(request))
    others = sum(not each.is_current for each in found)
    return render(request, "accounts/sign_ins.html", {"sign_ins": found, "others": others})


@require_POST
@login_required
def end_one(request: HttpRequest, sign_in_id: UUID) -> HttpResponse:
    """End one of the own; one that has ended by itself meanwhile is as good."""
    with suppress(NotFoundError):
        service.end_sign_in(actor=request_actor(request), sign_in_id=sign_in_id)
    messages.success(request, _("The device was signed out."))
    return redirect("sign-ins")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    ended = service.end_other_sign_ins(actor=request_actor(request))
    said = ngettext("One device was signed out.", "%(count)d devices were signed out.", ended)
    messages.success(request, said % {"count": ended})
    return redirect("sign-ins")
