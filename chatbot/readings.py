"""The page that tells a person who has read conversations of theirs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.authentication import request_actor
from accounts.selectors import choices_of
from conversations.supervision import readings_of


@require_safe
@login_required
def own_readings(request: HttpRequest) -> HttpResponse:
    """List who read what of the reader's own, when and why."""
    actor = request_actor(request)
    context = {
        "allowed": choices_of(organization_id=actor.organization_id).allows_reading,
        "readings": readings_of(actor=actor),
    }
    return render(request, "chat/readings.html", context)
