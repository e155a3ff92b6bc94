"""The chat page: the list of conversations, the messages of one, and the box to write in."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import get_user
from accounts.authentication import request_actor
from accounts.budget_words import used_words
from accounts.types import Actor
from chatbot.examples import example_questions
from chatbot.files_api import file_lines
from chatbot.thread import exchanges_of
from config.kernel.text import uuid_or_none
from conversations import selectors as conversations
from conversations import spending
from conversations.access import get_conversation
from conversations.reading import BranchPlace, branch_page
from conversations.supervision import readings_of
from retrieval.errors import UnsupportedDocumentTypeError
from retrieval.extract.kinds import SUFFIXES
from retrieval.files import may_add_files

CONVERSATIONS_SHOWN = 30
MESSAGES_SHOWN = 50
SEARCH_MAX_LENGTH = 200
# The page's script puts an id where these addresses have this one.
ANY_ID = UUID(int=0)


@require_safe
@login_required
def chat_page(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """Show a new conversation, or an existing one; raise NotFoundError for one that is not the reader's."""
    actor = request_actor(request)
    organization = get_user(actor).organization.name
    states = spending.standing(actor=actor)
    told = spending.worth_telling(states)
    context = {
        "actor": actor,
        "initial": (actor.display_name or actor.username)[:1].upper(),
        "organization_name": organization,
        "question_max_length": settings.QUESTION_MAX_LENGTH,
        "login_url": f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}",
        "conversation_url": reverse("conversation", args=[ANY_ID]),
        "passage_url": reverse("passage", args=[ANY_ID]),
        "may_attach": may_add_files(actor),
        "file_types": ",".join(SUFFIXES),
        "file_max_bytes": settings.DOCUMENT_MAX_BYTES,
        "file_unsupported": UnsupportedDocumentTypeError.message,
        "budgets": states,
        "budget_told": used_words(told) if told else "",
        "deleted_id": uuid_or_none(request.GET.get("deleted")),
        **_inbox(request, actor),
        **(_conversation(request, actor, conversation_id) if conversation_id else {}),
    }
    if not context.get("exchanges"):
        context["examples"] = example_questions(organization)
    return render(request, "chat/page.html", context)


def _inbox(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    cursor = request.GET.get("conversations")
    search = request.GET.get("q", "")[:SEARCH_MAX_LENGTH]
    archived = "archived" in request.GET
    page = conversations.inbox(
        actor=actor, cursor=cursor, limit=CONVERSATIONS_SHOWN, search=search, archived=archived
    )
    return {
        "inbox": page.items,
        "inbox_search": search,
        "inbox_archived": archived,
        "inbox_cursor": page.cursor or "",
        "inbox_next": _address(request, conversations=page.cursor) if page.cursor else "",
        "inbox_first": request.path if cursor or search or archived else "",
    }


def _conversation(request: HttpRequest, actor: Actor, conversation_id: UUID) -> dict[str, Any]:
    around = uuid_or_none(request.GET.get("at"))
    branch = around or uuid_or_none(request.GET.get("branch"))
    place = BranchPlace(through=branch, around=around, before=request.GET.get("before"))
    found = get_conversation(conversation_id=conversation_id, actor=actor)
    page = branch_page(actor=actor, conversation_id=conversation_id, place=place, limit=MESSAGES_SHOWN)
    return {
        "conversation": found,
        "readings": readings_of(actor=actor, conversation_id=conversation_id),
        "files": file_lines(actor, conversation_id),
        "exchanges": exchanges_of(page.items, page.siblings),
        "branch": branch or "",
        "earlier_url": _address(request, before=page.earlier) if page.earlier else "",
        "latest_url": _address(request, before="", at="", branch=str(branch or ""))
        if place.before or around
        else "",
    }


def _address(request: HttpRequest, **changes: str) -> str:
    """Return the page's own address with other parameters; empty ones are left out."""
    parameters = {name: value for name, value in {**request.GET.dict(), **changes}.items() if value}
    return f"{request.path}?{urlencode(parameters)}" if parameters else request.path
