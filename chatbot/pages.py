"""The chat page: a conversation, the list of the others, and a place to ask."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.access import actor_of, get_user
from accounts.types import Actor
from chatbot.examples import example_questions
from chatbot.thread import Answer, Question
from config.kernel.errors import DomainError, NotFoundError
from conversations import selectors
from conversations.access import get_conversation
from conversations.types import ConversationRef, MessageRole, MessageView

PLACEHOLDER = UUID(int=0)


@dataclass(frozen=True, slots=True)
class TurnView:
    """A question with its answer; either may stand on the page before."""

    question: Question | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class InboxView:
    items: tuple[ConversationRef, ...]
    next_url: str


@never_cache
@login_required
def chat_page(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """Show a conversation of one's own, or an empty page to begin one; 404 for any other."""
    assert request.user.is_authenticated  # noqa: S101 - what login_required has seen to
    actor = actor_of(request.user)
    try:
        context = _thread(actor, conversation_id, request.GET.get("before"))
        context["inbox"] = _inbox(actor, request.GET.get("conversations"), request.path)
    except NotFoundError:
        raise Http404 from None
    except DomainError:  # a cursor that somebody made up
        raise Http404 from None
    return render(request, "chat/page.html", {**_frame(actor), **context})


def _frame(actor: Actor) -> dict[str, Any]:
    organization = get_user(actor).organization.name
    return {
        "actor": actor,
        "organization_name": organization,
        "initial": (actor.display_name or actor.username)[:1],
        "examples": example_questions(organization),
        "question_max_length": settings.QUESTION_MAX_LENGTH,
        "conversation_url": reverse("conversation", args=[PLACEHOLDER]),
        "passage_url": reverse("passage", args=[PLACEHOLDER]),
        "profile_url": reverse("profile"),
        "logout_url": reverse("logout"),
    }


def _thread(actor: Actor, conversation_id: UUID | None, before: str | None) -> dict[str, Any]:
    if conversation_id is None:
        return {"conversation": None, "turns": [], "earlier_url": ""}
    conversation = get_conversation(conversation_id=conversation_id, actor=actor)
    page = selectors.message_page(actor=actor, conversation_id=conversation_id, before=before)
    earlier = f"?{urlencode({'before': page.earlier})}" if page.earlier else ""
    return {
        "conversation": selectors.conversation_ref(conversation),
        "turns": turns_of(page.items),
        "earlier_url": earlier,
    }


def _inbox(actor: Actor, cursor: str | None, path: str) -> InboxView:
    page = selectors.inbox(actor=actor, cursor=cursor)
    more = f"{path}?{urlencode({'conversations': page.cursor})}" if page.cursor else ""
    return InboxView(page.items, more)


def turns_of(messages: tuple[MessageView, ...]) -> list[TurnView]:
    """Return questions paired with their answers, in the order in which they were asked."""
    turns: list[TurnView] = []
    for message in messages:
        if message.role == MessageRole.USER:
            turns.append(TurnView(question=Question(message.id, message.text)))
            continue
        last = turns[-1] if turns else TurnView()
        if last.question is not None and last.answer is None and last.question.id == message.parent_id:
            turns[-1] = TurnView(last.question, _answer(message))
        else:
            turns.append(TurnView(answer=_answer(message)))
    return turns


def _answer(message: MessageView) -> Answer:
    documents = {str(source["title"]): str(source["passage_id"]) for source in reversed(message.sources)}
    return Answer(
        id=message.id,
        text=message.text,
        status=message.status,
        model=message.model,
        confidence_level=message.confidence_level,
        citations=message.citations,
        documents=documents,
    )
