"""The archive: every closed turn as one JSON object in `storages["archive"]`, and one for each conversation.

Handlers of the outbox. Events may come twice, late and in any order: each brings the archive in line with the
database as it is then. A turn's object is written once and never changed; one that is there already and says
something else is an error that waits for an operator (`manage.py reconcile`). A deleted conversation leaves
the archive, so it cannot come back from it; one whose deletion is undone returns to it.
"""

import logging
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from accounts.tenancy import current_organization_id, tenant_scope
from config.kernel.objects import ObjectChangedError, ObjectStore, object_store
from config.kernel.outbox import OutboxMessage
from conversations.archive_form import card_name, card_object, is_whole, turn_name, turn_object
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.types import OPEN_STATUSES, MessageRole

logger = logging.getLogger(__name__)
CARD_ATTEMPTS = 5
READ_AT_ONCE = 500


class ArchiveConflictError(RuntimeError):
    """A whole object of that name is there and tells of another turn; the name is the message."""


def archive_turn(message: OutboxMessage) -> None:
    """Store the turn of a `turn.closed` event; storing it again changes nothing.

    Raises ObjectStoreError, ArchiveConflictError.
    """
    with tenant_scope(message.organization_id):
        answer = kept_answers().filter(pk=UUID(str(message.payload["answer_id"]))).first()
        if answer is None:
            return
        _put_turn(answer)
        _put_card(answer.conversation_id)
        if not _is_kept(answer.conversation_id):
            _bring_in_line(answer.conversation_id)


def archive_card(message: OutboxMessage) -> None:
    """Write what is called and thought of a conversation; raises ObjectStoreError, ObjectChangedError."""
    with tenant_scope(message.organization_id):
        conversation_id = UUID(str(message.payload["conversation_id"]))
        _put_card(conversation_id)
        if not _is_kept(conversation_id):
            _bring_in_line(conversation_id)


def archive_conversation(message: OutboxMessage) -> None:
    """Take a conversation that was deleted out of the archive, or put one that came back into it.

    Raises ObjectStoreError, ArchiveConflictError.
    """
    with tenant_scope(message.organization_id):
        _bring_in_line(UUID(str(message.payload["conversation_id"])))


def kept_answers() -> QuerySet[Message]:
    """Return the closed answers of conversations that are not deleted, with all that their objects tell.

    Call inside of `tenant_scope`.
    """
    rows = Message.objects.filter(role=MessageRole.ASSISTANT, conversation__deleted_at=None)
    closed = rows.exclude(status__in=OPEN_STATUSES).exclude(parent=None)
    found: QuerySet[Message] = closed.select_related("parent").prefetch_related(
        Prefetch("citations", Citation.objects.all())
    )
    return found


def kept_conversations() -> QuerySet[Conversation]:
    """Return the conversations that are not deleted and have a closed answer; call inside of
    `tenant_scope`.
    """
    closed = Message.objects.filter(conversation=OuterRef("pk"), role=MessageRole.ASSISTANT).exclude(
        status__in=OPEN_STATUSES
    )
    found: QuerySet[Conversation] = Conversation.objects.filter(Exists(closed), deleted_at=None)
    return found


def verdicts_on(conversation_ids: Collection[UUID]) -> dict[UUID, list[Feedback]]:
    """Return what people thought of the answers of conversations; call inside of `tenant_scope`."""
    found: dict[UUID, list[Feedback]] = {}
    rows = Feedback.objects.filter(message__conversation__in=conversation_ids).select_related("message")
    for row in rows.defer("message__text", "message__sources"):
        found.setdefault(row.message.conversation_id, []).append(row)
    return found


def name_of(answer: Message) -> str:
    """Return the name of an answer's object."""
    return turn_name(
        organization_id=answer.organization_id, answer_id=answer.pk, created_at=answer.created_at
    )


def _bring_in_line(conversation_id: UUID) -> None:
    """Write or remove all objects of a conversation, until what was true before is still true after."""
    kept = _is_kept(conversation_id)
    while True:
        if kept:
            _put_conversation(conversation_id)
        else:
            _remove_conversation(conversation_id)
        if kept == (kept := _is_kept(conversation_id)):
            return


def _is_kept(conversation_id: UUID) -> bool:
    return Conversation.objects.filter(pk=conversation_id, deleted_at=None).exists()


def _put_conversation(conversation_id: UUID) -> None:
    for answer in kept_answers().filter(conversation_id=conversation_id).iterator(READ_AT_ONCE):
        _put_turn(answer)
    _put_card(conversation_id)


def _remove_conversation(conversation_id: UUID) -> None:
    answers = Message.objects.filter(conversation_id=conversation_id, role=MessageRole.ASSISTANT)
    found: Iterable[Message] = answers.only("id", "organization_id", "created_at")
    names = [name_of(answer) for answer in found]
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is not None:
        names.append(card_name(organization_id=conversation.organization_id, conversation_id=conversation_id))
    _store().remove(names)


def _put_turn(answer: Message) -> None:
    store, name, content = _store(), name_of(answer), turn_object(answer)
    try:
        store.put(name, content)
    except ObjectChangedError:
        found = store.get(name)
        if found is None:
            raise
        if found[0] == content:
            return
        if is_whole(found[0]):
            raise ArchiveConflictError(name) from None
        logger.warning("damaged object replaced", extra={"object": name})
        store.put(name, content, replacing=found[1])


def _put_card(conversation_id: UUID) -> None:
    for _ in range(CARD_ATTEMPTS):
        try:
            return _write_card(conversation_id)
        except ObjectChangedError:
            continue
    raise ObjectChangedError(str(conversation_id))


def _write_card(conversation_id: UUID) -> None:
    """Write the object of a conversation, unless it says the same already or no answer is closed yet.

    The database is read after the version that is replaced, so the last to write has read the latest.
    """
    name = card_name(organization_id=current_organization_id(), conversation_id=conversation_id)
    found = _store().get(name)
    conversation = kept_conversations().filter(pk=conversation_id).first()
    if conversation is None:
        return
    verdicts = verdicts_on([conversation_id]).get(conversation_id, [])
    content = card_object(conversation, verdicts)
    if found is None or found[0] != content:
        _store().put(name, content, replacing=found[1] if found else None)


def _store() -> ObjectStore:
    return object_store("archive")
