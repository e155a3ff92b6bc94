"""Showing a conversation to colleagues: read only, up to the moment of sharing, until it is taken back.

Who may see what it cites is not known here: `cited_documents` says what has to be asked about. What nobody
else could open is not shared in the first place.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from accounts import audit
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import NotFoundError
from conversations.access import get_conversation
from conversations.branches import end_of_branch
from conversations.errors import RestsOnPrivateFilesError, SourcesGoneError
from conversations.models import Citation, Message, Share
from conversations.types import ShareRef


def share_conversation(*, actor: Actor, conversation_id: UUID, through: UUID | None = None) -> ShareRef:
    """Show the conversation, as far as it goes now; one that is shared already is shown up to now.

    Of its branches that is the one through a message, by default the one where something was said last.
    Raises NotFoundError; RestsOnPrivateFilesError or SourcesGoneError where nobody else could open it: an
    earlier sharing stays as it is then.
    """
    conversation = get_conversation(conversation_id=conversation_id, actor=actor)
    moment = now()
    _ensure_openable(actor, conversation.pk, moment)
    with tenant_scope(actor.organization_id), transaction.atomic():
        shown = {"until": moment, "last": end_of_branch(conversation.pk, through)}
        row, _is_new = Share.objects.update_or_create(
            conversation_id=conversation.pk,
            defaults=shown,
            create_defaults={"organization_id": actor.organization_id, **shown},
        )
        audit.record("conversation.shared", actor_id=actor.user_id, target=conversation.pk)
        return _ref(row)


def unshare_conversation(*, actor: Actor, conversation_id: UUID) -> None:
    """Take the sharing back; its address leads nowhere from now on. Raises NotFoundError."""
    get_conversation(conversation_id=conversation_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        gone, _rows = Share.objects.filter(conversation_id=conversation_id).delete()
        if gone:
            audit.record("conversation.unshared", actor_id=actor.user_id, target=conversation_id)


def share_of(*, actor: Actor, conversation_id: UUID) -> ShareRef | None:
    """Return how the actor's conversation is shared, None when it is not; raises NotFoundError."""
    get_conversation(conversation_id=conversation_id, actor=actor)
    with tenant_scope(actor.organization_id):
        row: Share | None = Share.objects.filter(conversation_id=conversation_id).first()
        return _ref(row) if row else None


def open_share(*, actor: Actor, share_id: UUID) -> ShareRef:
    """Return a share of the actor's organisation; raises NotFoundError when there is none, or no longer."""
    with tenant_scope(actor.organization_id):
        rows = Share.objects.select_related("conversation__owner")
        row: Share | None = rows.filter(pk=share_id, conversation__deleted_at=None).first()
        if row is None:
            raise NotFoundError
        return _ref(row)


def cited_documents(*, actor: Actor, share: ShareRef) -> frozenset[UUID]:
    """Return every document that stands behind what the share shows: cited, or read for an answer."""
    with tenant_scope(actor.organization_id):
        return frozenset(_behind(share.conversation_id, share.until))


def _ensure_openable(actor: Actor, conversation_id: UUID, moment: datetime) -> None:
    with tenant_scope(actor.organization_id):
        behind = _behind(conversation_id, moment)
    private: Mapping[UUID, str] = import_string(settings.PRIVATE_DOCUMENTS)(behind, actor)
    if private:
        names = sorted(filter(None, private.values()))
        raise RestsOnPrivateFilesError(details={"files": [*names]})
    readable: Collection[UUID] = import_string(settings.DOCUMENT_ACCESS)(behind, actor)
    if not behind <= set(readable):
        raise SourcesGoneError


def _behind(conversation_id: UUID, until: datetime) -> set[UUID]:
    """Return the documents, cited or read, behind what was said until then."""
    shown = Message.objects.filter(conversation_id=conversation_id, created_at__lte=until)
    cited = Citation.objects.filter(message__in=shown).values_list("document_id", flat=True).distinct()
    read = shown.exclude(sources=[]).values_list("sources", flat=True)
    found = {UUID(str(source["document_id"])) for sources in read.iterator() for source in sources}
    return found | set(cited)


def _ref(row: Share) -> ShareRef:
    conversation = row.conversation
    owner = conversation.owner
    return ShareRef(
        id=row.pk,
        conversation_id=conversation.pk,
        title=conversation.title,
        owner_id=owner.pk,
        owner_name=owner.display_name or owner.username,
        until=row.until,
        last=row.last,
    )
