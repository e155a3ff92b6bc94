"""The pages of notifications: the list, one that leads on, how to be told, stopping mails by their link."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.authentication import request_actor
from analytics.models import Mailing
from analytics.notifications import choosing, reading
from analytics.notifications.choosing import Choice

SHOWN = 30
_form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """List what the reader was told, a page at a time."""
    actor = request_actor(request)
    page = Paginator(reading.notifications_of(actor=actor), SHOWN).get_page(request.GET.get("page"))
    lines = reading.in_words(actor=actor, rows=list(page.object_list))
    return render(request, "notifications/list.html", {"page": page, "lines": lines})


@require_safe
@login_required
def notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Lead to what it is about, which counts as reading it; to the list where that is gone."""
    url = reading.open_notification(actor=request_actor(request), notification_id=notification_id)
    return HttpResponseRedirect(url or reverse("notifications"), status=HTTPStatus.SEE_OTHER)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    reading.mark_read(actor=request_actor(request))
    return redirect("notifications")


@_form_methods
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show how the reader is told of what, or keep what was chosen."""
    actor = request_actor(request)
    if request.method == "POST":
        choosing.choose(actor=actor, choices=[_chosen(request, kind) for kind in choosing.kinds_for(actor)])
        messages.success(request, _("The settings were kept."))
        return redirect("notifications-settings")
    context = {"choices": choosing.choices_of(actor), "mailings": Mailing.choices}
    return render(request, "notifications/settings.html", context)


def _chosen(request: HttpRequest, kind: Any) -> Choice:
    mailing = request.POST.get(f"{kind}-mailing", "")
    known = Mailing(mailing) if mailing in Mailing.values else Mailing.NEVER
    return Choice(kind, f"{kind}-page" in request.POST, known)


@csrf_exempt  # mail programs post it by themselves (RFC 8058); the token alone says what is stopped
@_form_methods
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether mails shall be stopped, without signing in, and stop them; opening the link stops nothing:
    programs that look through mails open links too.
    """
    wanted = choosing.stop_of(token)
    if request.method == "POST":
        choosing.stop(wanted)
    context = {"kind": wanted.kind, "is_stopped": request.method == "POST"}
    return render(request, "notifications/stop.html", context)
