"""How a person wants to be told of what, and the links by which mails can be stopped without signing in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.db import transaction

from accounts.selectors import names_of
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from analytics.models import Mailing, NotificationChoice, NotificationKind
from config.kernel.errors import NotFoundError

Kind = NotificationKind
DIGEST = "digest"  # stands for all kinds that come in the digest
_FOR_MANAGERS = (Kind.GAP_ASSIGNED, Kind.DOCUMENT_FAILED, Kind.QUESTION_REFERRED, Kind.ACCOUNT_WAITING)
_MAILED_AT_ONCE = (Kind.QUESTION_ANSWERED, Kind.GAP_ASSIGNED)
_SALT = "analytics.notifications"


@dataclass(frozen=True, slots=True)
class Choice:
    """How somebody is told of one kind."""

    kind: NotificationKind
    on_page: bool
    mailing: Mailing


def kinds_for(actor: Actor) -> tuple[NotificationKind, ...]:
    """Return what a person of the actor's role is told of at all."""
    return tuple(kind for kind in Kind if actor.is_manager or kind not in _FOR_MANAGERS)


def choices_of(actor: Actor) -> list[Choice]:
    """Return how the actor is told of each kind, in the order of the kinds."""
    return [choice_of(actor.organization_id, actor.user_id, kind=kind) for kind in kinds_for(actor)]


def choice_of(organization_id: UUID, person_id: UUID, *, kind: NotificationKind) -> Choice:
    """Return how a person is told of one kind."""
    with tenant_scope(organization_id):
        row: NotificationChoice | None = NotificationChoice.objects.filter(
            person_id=person_id, kind=kind
        ).first()
    if row is not None:
        return Choice(kind, row.on_page, Mailing(row.mailing))
    return Choice(kind, on_page=True, mailing=Mailing.NOW if kind in _MAILED_AT_ONCE else Mailing.DAILY)


def choose(*, actor: Actor, choices: Iterable[Choice]) -> None:
    """Keep what the actor has chosen; raises NotFoundError for a kind that the role is not told of."""
    wanted = list(choices)
    if not {choice.kind for choice in wanted} <= {*kinds_for(actor)}:
        raise NotFoundError
    _keep(actor.organization_id, actor.user_id, wanted)


def stop_token(organization_id: UUID, person_id: UUID, subject: str) -> str:
    """Return what lets whoever has it stop a person's mails of one kind, or the digest (`DIGEST`).

    It is good for ever, as a link in a mail has to be, and for nothing else.
    """
    return signing.dumps([str(organization_id), str(person_id), subject], salt=_SALT)


@dataclass(frozen=True, slots=True)
class Stop:
    """What a link stops: the mails of one `kind`, or without one the digest."""

    organization_id: UUID
    person_id: UUID
    kind: NotificationKind | None


def stop_of(token: str) -> Stop:
    """Return what a link stops; raises NotFoundError for one that is not ours."""
    try:
        organization_id, person_id, subject = signing.loads(token, salt=_SALT)
        kind = None if subject == DIGEST else NotificationKind(subject)
    except (signing.BadSignature, ValueError):
        raise NotFoundError from None
    return Stop(UUID(organization_id), UUID(person_id), kind)


def stop(wanted: Stop) -> None:
    """Stop the mails; twice is once, and for an account that is gone nothing happens."""
    kinds = [wanted.kind] if wanted.kind else [*Kind]
    before = [choice_of(wanted.organization_id, wanted.person_id, kind=kind) for kind in kinds]
    after = [
        Choice(choice.kind, choice.on_page, Mailing.NEVER)
        for choice in before
        if wanted.kind or choice.mailing == Mailing.DAILY
    ]
    _keep(wanted.organization_id, wanted.person_id, after)


def _keep(organization_id: UUID, person_id: UUID, choices: Iterable[Choice]) -> None:
    with tenant_scope(organization_id), transaction.atomic():
        if person_id not in names_of(organization_id=organization_id, user_ids=[person_id]):
            return
        for choice in choices:
            values: Mapping[str, object] = {"on_page": choice.on_page, "mailing": choice.mailing}
            NotificationChoice.objects.update_or_create(
                person_id=person_id,
                kind=choice.kind,
                defaults=values,
                create_defaults={**values, "organization_id": organization_id},
            )
