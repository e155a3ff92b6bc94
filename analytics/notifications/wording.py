"""What a notification says, made when it is shown: a sentence, what it is about, and where that is."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.selectors import names_of
from accounts.tenancy import tenant_scope
from analytics.models import KnowledgeGap, Notification, NotificationKind
from conversations.questions import questions_of
from conversations.referring import referred_texts
from retrieval.selectors import titles_of

Kind = NotificationKind
SENTENCES: Mapping[NotificationKind, Promise] = {
    Kind.QUESTION_ANSWERED: _("A question that had no good answer can be answered now"),
    Kind.CONVERSATION_READ: _("A conversation was read by somebody else"),
    Kind.GAP_ASSIGNED: _("A knowledge gap was assigned to you"),
    Kind.DOCUMENT_FAILED: _("A document could not be read"),
    Kind.QUESTION_REFERRED: _("A question was sent to the knowledge team"),
    Kind.ACCOUNT_WAITING: _("Somebody waits for approval"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A notification in words; `about` is empty where what it was about is gone, `url` is a path of ours."""

    id: UUID
    kind: NotificationKind
    sentence: Promise
    about: str
    url: str
    created_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    about: str
    url: str


def lines_of(organization_id: UUID, rows: Iterable[Notification]) -> list[Line]:
    """Return the rows in words, in their order; one look-up for each kind."""
    listed = list(rows)
    found: dict[tuple[str, UUID], _Subject] = {}
    for kind in {row.kind for row in listed}:
        ids = {row.subject_id for row in listed if row.kind == kind}
        subjects = _SUBJECTS[NotificationKind(kind)](organization_id, ids)
        found |= {(kind, subject_id): subject for subject_id, subject in subjects.items()}
    return [_line(row, found.get((row.kind, row.subject_id))) for row in listed]


def _line(row: Notification, subject: _Subject | None) -> Line:
    kind = NotificationKind(row.kind)
    known = subject or _Subject("", "")
    return Line(
        id=row.pk,
        kind=kind,
        sentence=SENTENCES[kind],
        about=known.about,
        url=known.url,
        created_at=row.created_at,
        is_read=row.read_at is not None,
    )


def _questions(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    asked = questions_of(organization_id=organization_id, message_ids=ids)
    return {
        message_id: _Subject(
            question.text, f"{reverse('conversation', args=[question.conversation_id])}?at={question.id}"
        )
        for message_id, question in asked.items()
    }


def _readings(_organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    return dict.fromkeys(ids, _Subject("", reverse("readings")))


def _gaps(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    with tenant_scope(organization_id):
        titles = dict(KnowledgeGap.objects.filter(pk__in=ids).values_list("pk", "title"))
    return _in_admin("analytics_knowledgegap", titles)


def _documents(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    with tenant_scope(organization_id):
        titles = titles_of(ids)
    return _in_admin("retrieval_document", titles)


def _referrals(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    texts = referred_texts(organization_id=organization_id, referral_ids=ids)
    return _in_admin("conversations_referral", texts)


def _accounts(organization_id: UUID, ids: Collection[UUID]) -> dict[UUID, _Subject]:
    return _in_admin("accounts_user", names_of(organization_id=organization_id, user_ids=ids))


def _in_admin(model: str, names: Mapping[UUID, str]) -> dict[UUID, _Subject]:
    page = f"admin:{model}_change"
    return {each: _Subject(name, reverse(page, args=[each])) for each, name in names.items()}


_SUBJECTS: Mapping[NotificationKind, Callable[[UUID, Collection[UUID]], dict[UUID, _Subject]]] = {
    Kind.QUESTION_ANSWERED: _questions,
    Kind.CONVERSATION_READ: _readings,
    Kind.GAP_ASSIGNED: _gaps,
    Kind.DOCUMENT_FAILED: _documents,
    Kind.QUESTION_REFERRED: _referrals,
    Kind.ACCOUNT_WAITING: _accounts,
}
