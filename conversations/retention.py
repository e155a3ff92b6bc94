"""When conversations come to their end: after the organisation's days, or with their person.

First a conversation expires: it is deleted as its owner could, so that every sink forgets it by the outbox,
and cannot come back. Once no event about it waits any more, its rows are purged. Holds stop both.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.timezone import now

from accounts import audit
from accounts.selectors import choices_of
from accounts.tenancy import tenant_scope
from config.kernel.outbox import waiting_for
from conversations import memory
from conversations.holds import not_on_hold
from conversations.models import Conversation, Hold, Message, Reading
from conversations.organizing import CONVERSATION_DELETED, tell_of
from conversations.types import MessageRole

AT_ONCE = 200
LOGGED = timedelta(seconds=2 * settings.ANSWER_LOG_SECONDS)


def expire_old(organization_id: UUID) -> int:
    """Expire what nothing was said in for the organisation's days; return how many, AT_ONCE at most."""
    days = choices_of(organization_id=organization_id).retention_days
    if days is None:
        return 0
    with tenant_scope(organization_id):
        old = Conversation.objects.filter(updated_at__lt=now() - timedelta(days=days))
        return _expire(old)


def expire_of(organization_id: UUID, person_id: UUID) -> int:
    """Expire the conversations of a person, AT_ONCE at most; return how many."""
    with tenant_scope(organization_id):
        return _expire(Conversation.objects.filter(owner_id=person_id))


def purgeable(organization_id: UUID, *, person_id: UUID | None = None) -> list[UUID]:
    """Return expired conversations of which no sink has to be told any more, AT_ONCE at most."""
    with tenant_scope(organization_id):
        rows = not_on_hold(Conversation.objects.exclude(expired_at=None))
        if person_id is not None:
            rows = rows.filter(owner_id=person_id)
        found = list(rows.order_by("expired_at").values_list("pk", flat=True)[:AT_ONCE])
    waiting = waiting_for(organization_id, "conversation_id", found)
    return [each for each in found if each not in waiting]


def latest_answers(organization_id: UUID, conversation_ids: Collection[UUID]) -> list[UUID]:
    """Return the answers of the conversations that ended so lately that a log of them may be there still."""
    ended = Q(completed_at=None) | Q(completed_at__gt=now() - LOGGED)
    with tenant_scope(organization_id):
        answers = Message.objects.filter(ended, conversation__in=conversation_ids, role=MessageRole.ASSISTANT)
        return list(answers.values_list("pk", flat=True))


def purge(organization_id: UUID, conversation_ids: Collection[UUID]) -> int:
    """Delete expired conversations with all that was said in them, also from memory; return how many."""
    with tenant_scope(organization_id):
        messages = Message.objects.filter(conversation_id__in=conversation_ids)
        memory.forget(messages.values_list("pk", flat=True))
        with transaction.atomic():
            rows = not_on_hold(Conversation.objects.exclude(expired_at=None))
            chosen = list(rows.filter(pk__in=conversation_ids).values_list("pk", flat=True))
            Conversation.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def has_conversations(organization_id: UUID, person_id: UUID) -> bool:
    """Tell whether anything of the person's is there still."""
    with tenant_scope(organization_id):
        return Conversation.objects.filter(owner_id=person_id).exists()


def forget_names(person_id: UUID) -> int:
    """Take the person's name from what was read by them, and forget holds that were lifted; call inside of
    `tenant_scope`. Return how many rows.
    """
    lifted = Hold.objects.filter(person_id=person_id).exclude(lifted_at=None).delete()[0]
    named: int = Reading.objects.filter(reader_id=person_id).update(reader_name="")
    return lifted + named


def _expire(rows: QuerySet[Conversation]) -> int:
    with transaction.atomic():
        living = not_on_hold(rows.filter(expired_at=None))
        chosen = list(living.select_for_update(of=("self",)).order_by("updated_at")[:AT_ONCE])
        if not chosen:
            return 0
        ids = [each.pk for each in chosen]
        expired = Conversation.objects.filter(pk__in=ids)
        expired.update(expired_at=Now(), deleted_at=Coalesce("deleted_at", Now()))
        for conversation in chosen:
            tell_of(CONVERSATION_DELETED, conversation)
        audit.record("retention.expired", actor_id=None, target=f"{len(ids)} conversations")
    return len(ids)
