"""Conversations that were begun, for a file or by a program, and in which nothing was asked."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from accounts.tenancy import tenant_scope
from conversations.models import Conversation, Message
from conversations.organizing import CONVERSATION_DELETED, tell_of


def living(organization_id: UUID, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the conversations that are there and not deleted."""
    with tenant_scope(organization_id):
        rows = Conversation.objects.filter(pk__in=conversation_ids, deleted_at=None)
        return set(rows.values_list("pk", flat=True))


def give_up(organization_id: UUID, conversation_ids: Collection[UUID]) -> None:
    """Delete those of the conversations in which nothing was asked, as their owner could."""
    with tenant_scope(organization_id), transaction.atomic():
        said = Message.objects.filter(conversation_id=OuterRef("pk"))
        rows = Conversation.objects.select_for_update().filter(pk__in=conversation_ids, deleted_at=None)
        for conversation in rows.filter(~Exists(said)):
            Conversation.objects.filter(pk=conversation.pk).update(deleted_at=now())
            tell_of(CONVERSATION_DELETED, conversation)
