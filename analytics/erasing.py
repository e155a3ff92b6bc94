"""Erasing one person from every store, and proving it.

Asked for by a manager, carried out by the outbox: what is away is waited for. Conversations go the way of
those whose time is over, then the account itself; then every store is looked through, and a certificate says
what was removed and that nothing is left. A hold on the person or a conversation of theirs stops it.
"""

from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import get_member, require_manager
from accounts.errors import OwnAccountError
from accounts.services.erasure import erase_person
from accounts.services.members import deactivate_member
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Role
from analytics.certificates import certificate_of
from analytics.models import ERASURE_REASON_LENGTH, Erasure, GapQuestion, Notification
from analytics.traces import traces_left
from chatbot.retention import purge
from config.kernel import outbox
from config.kernel.errors import PermissionDeniedError, ServiceUnavailableError
from config.kernel.outbox import OutboxMessage
from config.kernel.text import clean_text
from conversations import holds, retention
from retrieval.shelving import forget_reader

ERASURE_ASKED = "person.erasure_asked"


class ErasureWaitsError(ServiceUnavailableError):
    """A store has not forgotten yet, or a hold was placed meanwhile: the outbox tries again later."""

    code = "erasure_waits"
    message = _("The erasure goes on as soon as every store has answered.")


def ask_for_erasure(*, actor: Actor, person_id: UUID, reason: str) -> Erasure:
    """Shut a person out and have everything of theirs erased; asked again, the erasure under way comes back.

    Raises PermissionDeniedError, NotFoundError, OwnAccountError, OnHoldError and the errors of `clean_text`.
    """
    require_manager(actor)
    words = clean_text(reason, max_length=ERASURE_REASON_LENGTH, field="reason")
    member = get_member(member_id=person_id, actor=actor)
    if member.pk == actor.user_id:
        raise OwnAccountError
    if member.role == Role.OPERATOR:
        raise PermissionDeniedError
    if holds.is_person_held(organization_id=actor.organization_id, person_id=person_id):
        raise holds.OnHoldError
    with tenant_scope(actor.organization_id), transaction.atomic():
        under_way: Erasure | None = Erasure.objects.filter(person_id=person_id, completed_at=None).first()
        if under_way is not None:
            return under_way
        deactivate_member(actor=actor, member_id=person_id)
        row: Erasure = Erasure.objects.create(person_id=person_id, asked_by_id=actor.user_id, reason=words)
        audit.record(ERASURE_ASKED, actor_id=actor.user_id, target=person_id, note=words)
        outbox.emit(ERASURE_ASKED, organization_id=actor.organization_id, payload={"erasure_id": str(row.pk)})
    return row


def erase(message: OutboxMessage) -> None:
    """Go on with an erasure as far as the stores allow; the handler of `person.erasure_asked`.

    Raises ErasureWaitsError, and the errors of stores that are away.
    """
    organization_id = message.organization_id
    with tenant_scope(organization_id):
        row: Erasure | None = Erasure.objects.filter(pk=UUID(str(message.payload["erasure_id"]))).first()
    if row is None or row.completed_at is not None:
        return
    if holds.is_person_held(organization_id=organization_id, person_id=row.person_id):
        raise ErasureWaitsError
    _erase_conversations(organization_id, row)
    _erase_account(organization_id, row)
    _prove(organization_id, row)


def _erase_conversations(organization_id: UUID, row: Erasure) -> None:
    while retention.expire_of(organization_id, row.person_id) == retention.AT_ONCE:
        pass
    while purged := purge(organization_id, person_id=row.person_id):
        _count(organization_id, row, {"conversations": purged})
    if retention.has_conversations(organization_id, row.person_id):
        raise ErasureWaitsError


def _erase_account(organization_id: UUID, row: Erasure) -> None:
    with tenant_scope(organization_id), transaction.atomic():
        removed = {
            "unanswered_questions": GapQuestion.objects.filter(asker_id=row.person_id).delete()[0],
            "told_of_the_person": Notification.objects.filter(subject_id=row.person_id).delete()[0],
            "named_as_reader": forget_reader(row.person_id),
            "names_beside_readings": retention.forget_names(row.person_id),
        }
        removed |= erase_person(organization_id=organization_id, person_id=row.person_id)
        removed["delivered_events"] = outbox.forget_mentions(organization_id, str(row.person_id))
        _count(organization_id, row, removed)


def _count(organization_id: UUID, row: Erasure, removed: dict[str, int]) -> None:
    """Add to what was removed so far, over all attempts."""
    for name, count in removed.items():
        row.removed[name] = row.removed.get(name, 0) + count
    with tenant_scope(organization_id):
        row.save(update_fields=["removed"])


def _prove(organization_id: UUID, row: Erasure) -> None:
    """Look through every store, and with nothing found seal the certificate."""
    found = traces_left(organization_id, row.person_id)
    if any(found.values()):
        raise ErasureWaitsError(details={"left": {**found}})
    with tenant_scope(organization_id), transaction.atomic():
        row.completed_at = now()
        row.certificate = certificate_of(row, scan=found)
        row.save()
        digest = str(row.certificate["digest"])
        audit.record("person.erased", actor_id=None, target=row.person_id, note=digest)
