"""Private files and the conversation that they belong to: the files follow it, and wait for a question
only so long.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.selectors import organizations
from accounts.types import Actor
from config.kernel.outbox import OutboxMessage
from conversations import holds, unasked
from retrieval import files


def follow_conversation(message: OutboxMessage) -> None:
    """Hide the files of a conversation that is deleted, show those of one that is not; the handler of
    `conversation.deleted` and `conversation.restored`, which may come late and in any order.
    """
    organization_id = message.organization_id
    conversation_id = UUID(str(message.payload["conversation_id"]))
    if conversation_id in unasked.living(organization_id, [conversation_id]):
        files.bring_back(organization_id, conversation_id)
    else:
        files.set_aside(organization_id, conversation_id)


def remove_file(*, actor: Actor, conversation_id: UUID, file_id: UUID) -> None:
    """Delete a private file of the actor's for good. Raises NotFoundError, OnHoldError."""
    holds.refuse_held(actor=actor, conversation_id=conversation_id)
    files.remove_file(actor=actor, conversation_id=conversation_id, file_id=file_id)


def tidy_files() -> None:
    """Erase what was hidden long enough, and give up conversations that got a file but never a question."""
    for organization in organizations():
        _give_up_unasked(organization.pk)
        held = holds.held_among(organization.pk, files.long_set_aside(organization.pk))
        files.erase_set_aside(organization.pk, but=held)


def _give_up_unasked(organization_id: UUID) -> None:
    latest = files.latest_files(organization_id)
    living = unasked.living(organization_id, latest)
    for conversation_id in latest.keys() - living:
        files.set_aside(organization_id, conversation_id)
    since = timezone.now() - timedelta(hours=settings.CONVERSATION_FILES_GRACE_HOURS)
    waiting = [each for each in living if latest[each] < since]
    unasked.give_up(organization_id, waiting)
