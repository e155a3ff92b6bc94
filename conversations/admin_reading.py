"""The admin pages for reading somebody's conversation: whose, which and why, then the conversation itself."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from accounts.selectors import members_of
from accounts.types import Actor
from config.kernel.errors import DomainError, NotFoundError
from config.kernel.text import uuid_or_none
from conversations import supervision
from conversations.models import READING_REASON_LENGTH, Reading
from conversations.reading import shared_page

_PAGE = "admin:conversations_reading_conversation"


@admin.register(Reading)
class ReadingAdmin(RoleAdmin):
    """What was read stays listed, also where reading has been forbidden since."""

    list_display = ("at", "reader_name", "owner", "conversation_id", "reason")
    list_display_links = None
    list_select_related = ("owner",)
    fields = readonly_fields = ("at", "reader_name", "owner", "conversation_id", "reason")
    ordering = ("-at",)
    date_hierarchy = "at"

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._sees(request) and supervision.may_read(actor_of(request.user))

    @override
    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.conversation_view)
        return [
            path("<uuid:reading_id>/conversation/", page, name="conversations_reading_conversation"),
            *super().get_urls(),
        ]

    @override
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask whose conversation, which one and why; then open it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        actor = actor_of(request.user)
        asked = request.POST if request.method == "POST" else request.GET
        person_id, problem = uuid_or_none(asked.get("person")), ""
        if request.method == "POST":
            try:
                return HttpResponseRedirect(reverse(_PAGE, args=[_begun(actor, asked)]))
            except DomainError as refusal:
                problem = str(refusal.message)
        context = self._context(request, _("Read a conversation")) | {
            "people": members_of(actor=actor).exclude(pk=actor.user_id).order_by("username"),
            "person_id": person_id,
            "outlines": _outlines(actor, person_id),
            "reason": asked.get("reason", ""),
            "reason_length": READING_REASON_LENGTH,
            "problem": problem,
        }
        status = 400 if problem else 200
        return TemplateResponse(request, "admin/conversations/reading_form.html", context, status=status)

    def conversation_view(self, request: HttpRequest, reading_id: UUID) -> HttpResponse:
        """Show the conversation that a reason was given for, as it was then."""
        if not self._sees(request):
            raise PermissionDenied
        actor = actor_of(request.user)
        try:
            opened = supervision.open_reading(actor=actor, reading_id=reading_id)
            page = shared_page(actor=actor, share=opened, before=request.GET.get("before"))
        except NotFoundError:
            raise Http404 from None
        except DomainError:
            raise PermissionDenied from None
        context = self._context(request, _("Conversation of %(person)s") % {"person": opened.owner_name}) | {
            "opened": opened,
            "messages_shown": page.items,
            "earlier": page.earlier,
        }
        return TemplateResponse(request, "admin/conversations/reading.html", context)

    def _context(self, request: HttpRequest, title: object) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def _begun(actor: Actor, said: Any) -> UUID:
    person_id, conversation_id = uuid_or_none(said.get("person")), uuid_or_none(said.get("conversation"))
    if person_id is None or conversation_id is None:
        raise NotFoundError
    return supervision.begin_reading(
        actor=actor, person_id=person_id, conversation_id=conversation_id, reason=said.get("reason", "")
    )


def _outlines(actor: Actor, person_id: UUID | None) -> list[supervision.Outline]:
    if person_id is None:
        return []
    try:
        return supervision.outlines_of(actor=actor, person_id=person_id)
    except NotFoundError:
        return []
