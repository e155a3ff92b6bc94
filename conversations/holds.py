"""Legal holds: what somebody has to be able to present later is neither deleted after its time nor erased.

A hold is on a person, and so on all conversations of theirs, or on one conversation. It lasts until a manager
lifts it; both are in the audit trail.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import get_member, require_manager
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from config.kernel.text import clean_text
from conversations.models import HOLD_REASON_LENGTH, Conversation, Hold


class OnHoldError(ConflictError):
    code = "on_hold"
    message = _("A legal hold keeps this. It has to be lifted first.")


class HoldOnNothingError(InvalidInputError):
    code = "hold_on_nothing"
    message = _("A hold is on a person or on a conversation of the organization, and on one of them only.")


def place_hold(
    *, actor: Actor, reason: str, person_id: UUID | None = None, conversation_id: UUID | None = None
) -> Hold:
    """Keep what a person has asked and will ask, or one conversation, whatever becomes of it otherwise.

    Raises PermissionDeniedError, HoldOnNothingError and the errors of `clean_text`.
    """
    require_manager(actor)
    words = clean_text(reason, max_length=HOLD_REASON_LENGTH, field="reason")
    with tenant_scope(actor.organization_id), transaction.atomic():
        if (person_id is None) == (conversation_id is None) or not _exists(actor, person_id, conversation_id):
            raise HoldOnNothingError
        hold: Hold = Hold.objects.create(
            person_id=person_id, conversation_id=conversation_id, reason=words, placed_by_id=actor.user_id
        )
        target = person_id or conversation_id
        audit.record("hold.placed", actor_id=actor.user_id, target=str(target), note=words)
    return hold


def lift_hold(*, actor: Actor, hold_id: UUID) -> None:
    """Let go of what was kept; a hold that is lifted already stays so.

    Raises PermissionDeniedError and NotFoundError.
    """
    require_manager(actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        hold: Hold | None = Hold.objects.select_for_update().filter(pk=hold_id).first()
        if hold is None:
            raise NotFoundError
        if hold.lifted_at is None:
            hold.lifted_at = now()
            hold.save(update_fields=["lifted_at"])
            target = hold.person_id or hold.conversation_id
            audit.record("hold.lifted", actor_id=actor.user_id, target=str(target))


def not_on_hold(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Return those of the conversations that nothing keeps; call inside of `tenant_scope`."""
    return conversations.filter(~_keeping())


def held(conversations: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Return those of the conversations that a hold keeps; call inside of `tenant_scope`."""
    return conversations.filter(_keeping())


def held_among(organization_id: UUID, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the conversations that a hold keeps."""
    with tenant_scope(organization_id):
        found = held(Conversation.objects.filter(pk__in=conversation_ids))
        return set(found.values_list("pk", flat=True))


def refuse_held(*, actor: Actor, conversation_id: UUID) -> None:
    """Raise OnHoldError where something of the conversation is about to be removed for good."""
    if held_among(actor.organization_id, [conversation_id]):
        raise OnHoldError


def is_person_held(*, organization_id: UUID, person_id: UUID) -> bool:
    """Tell whether a hold keeps the person, or any conversation of theirs."""
    with tenant_scope(organization_id):
        if _standing().filter(person_id=person_id).exists():
            return True
        return Conversation.objects.filter(_keeping(), owner_id=person_id).exists()


def _standing() -> QuerySet[Hold]:
    found: QuerySet[Hold] = Hold.objects.filter(lifted_at=None)
    return found


def _keeping() -> Exists:
    by_either = Q(person_id=OuterRef("owner_id")) | Q(conversation_id=OuterRef("pk"))
    return Exists(_standing().filter(by_either))


def _exists(actor: Actor, person_id: UUID | None, conversation_id: UUID | None) -> bool:
    if person_id is None:
        return Conversation.objects.filter(pk=conversation_id).exists()
    try:
        get_member(member_id=person_id, actor=actor)
    except NotFoundError:
        return False
    return True
