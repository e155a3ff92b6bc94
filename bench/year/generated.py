"""Rows of a year: who asked when, how it ended, what was cited, how it was rated, what stayed a gap.

Written in bulk, as the product would have left them, but for what is counted: that is left to the product's
own handlers (`count`), event by event.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import Department, Organization, User
from accounts.tenancy import tenant_scope
from accounts.types import Role
from analytics.models import CountedEvent, GapQuestion, KnowledgeGap
from analytics.projections import count_ratings, count_turns
from config.kernel.outbox import OutboxMessage
from conversations.models import Citation, Conversation, Feedback, Message
from retrieval.models import Document
from tests.builders import make_department, make_organization, make_user

NAME = "שנה"
DEPARTMENTS = 8
DOCUMENTS = 300
QUESTIONS_OF_A_CONVERSATION = 5
GAPS = 400
SUBJECTS = ("חופשה", "שכר", "חניה", "פנסיה", "רכש", "נסיעות", "הדרכה", "אבטחה", "ציוד", "מחלה")
ENDS = {"complete": 80, "refused": 12, "stopped": 3, "failed": 3, "interrupted": 2}
LEVELS = ("high", "high", "medium", "low", "none")
AT_ONCE = 1000
Cites = Callable[[User], Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Size:
    people: int = 200
    questions: int = 100_000
    days: int = 365


@dataclass(slots=True)
class Year:
    """An organisation with a year behind it."""

    organization: Organization
    manager: User
    people: list[User]


def make_year(size: Size, *, until: datetime, seed: int = 7) -> Year:
    """Return a new organisation with a year of questions up to `until`."""
    chance = random.Random(seed)
    organization = make_organization(f"{NAME} {uuid4().hex[:6]}")
    departments = [make_department(organization=organization) for _number in range(DEPARTMENTS)]
    manager = make_user(f"manager-{uuid4().hex[:6]}", organization=organization, role=Role.MANAGER)
    year = Year(organization, manager, _people(organization, departments, size.people))
    with tenant_scope(organization.pk):
        documents = Document.objects.bulk_create(
            Document(
                organization_id=organization.pk,
                title=f"נוהל {SUBJECTS[n % len(SUBJECTS)]} {n}",
                category=SUBJECTS[n % len(SUBJECTS)] if n % 7 else "",
                indexed_version=1,
            )
            for n in range(DOCUMENTS)
        )
        used = documents[: DOCUMENTS * 2 // 3]
        write_questions(year, size, chance, lambda _who: chance.sample(used, chance.randrange(1, 4)), until)
        _put_into_gaps(organization.pk)
    return year


def write_questions(year: Year, size: Size, chance: random.Random, cites: Cites, until: datetime) -> None:
    """Write the year's questions, whose complete answers cite what `cites` chooses for their asker."""
    made = 0
    while made < size.questions:
        count = min(AT_ONCE, size.questions - made)
        _write(year, chance, cites, [_moment(chance, size.days, until) for _number in range(count)])
        made += count


def _people(organization: Organization, departments: Sequence[Department], count: int) -> list[User]:
    """Return the members, each in a department but every tenth; one department is too small to be shown."""
    return [
        make_user(
            f"person-{uuid4().hex[:8]}",
            organization=organization,
            department=_department(departments, number),
            password="!",  # noqa: S106 - nobody signs in
        )
        for number in range(count)
    ]


def _department(departments: Sequence[Department], number: int) -> Department | None:
    if number < 2:
        return departments[0]
    return departments[1 + number % (len(departments) - 1)] if number % 10 else None


def _moment(chance: random.Random, days: int, until: datetime) -> datetime:
    """Return a moment of those days: any hour, so that the days of two time zones differ."""
    return until.astimezone(UTC) - timedelta(seconds=chance.uniform(0, days * 86400))


def _write(year: Year, chance: random.Random, cites: Cites, moments: list[datetime]) -> None:
    asked = [_Asked(year, chance, moment) for moment in moments]
    for start in range(0, len(asked), QUESTIONS_OF_A_CONVERSATION):
        together = asked[start : start + QUESTIONS_OF_A_CONVERSATION]
        for each in together:
            each.join(together[0])
            each.cite(cites)
    with transaction.atomic():
        Conversation.objects.bulk_create(each.conversation for each in asked[::QUESTIONS_OF_A_CONVERSATION])
        Message.objects.bulk_create([each.question for each in asked] + [each.answer for each in asked])
        Citation.objects.bulk_create([citation for each in asked for citation in each.citations])
        Feedback.objects.bulk_create([each.verdict for each in asked if each.verdict is not None])
        GapQuestion.objects.bulk_create(
            [each.gap_question for each in asked if each.answer.status == "refused"]
        )


class _Asked:
    """One question with all that came of it; not yet written."""

    def __init__(self, year: Year, chance: random.Random, moment: datetime) -> None:
        self.asker = chance.choice(year.people)
        own = {"organization_id": year.organization.pk}
        status = chance.choices(list(ENDS), weights=list(ENDS.values()))[0]
        text = f"מה הנוהל בנושא {chance.choice(SUBJECTS)}, סעיף {chance.randrange(500)}?"
        said = {**own, "created_at": moment, "completed_at": moment + timedelta(seconds=4)}
        self.conversation = Conversation(
            **own, owner=self.asker, session_id=uuid4().hex, title=text, created_at=moment, updated_at=moment
        )
        self.question = Message(**said, author=self.asker, role="user", status="complete", text=text)
        self.answer = Message(
            **said, author=self.asker, parent=self.question, role="assistant", status=status, text="כן",
            prompt_tokens=chance.randrange(200, 2000), completion_tokens=chance.randrange(10, 300),
            confidence=round(chance.random(), 3), confidence_level=chance.choice(LEVELS),
            first_text_ms=None if status == "failed" else int(chance.lognormvariate(7.2, 0.9)),
        )  # fmt: skip
        self.citations: list[Citation] = []
        rating = chance.choices(["", "up", "down"], weights=[85, 11, 4])[0] if status == "complete" else ""
        self.verdict = (
            Feedback(**own, message=self.answer, user=self.asker, rating=rating) if rating else None
        )

    def join(self, first: "_Asked") -> None:
        """Belong to the conversation, and to the person, of another question."""
        self.asker, self.conversation = first.asker, first.conversation
        for row in (self.question, self.answer):
            row.author, row.conversation = self.asker, self.conversation
        if self.verdict is not None:
            self.verdict.user = self.asker

    def cite(self, cites: Cites) -> None:
        """Cite what is chosen for the asker, if the answer is complete."""
        cited = cites(self.asker) if self.answer.status == "complete" else []
        self.citations = [_citation(self.answer, number, each) for number, each in enumerate(cited, start=1)]

    @property
    def gap_question(self) -> GapQuestion:
        return GapQuestion(
            organization_id=self.question.organization_id, answer_id=self.answer.pk, reason="refused",
            conversation_id=self.conversation.pk, asker=self.asker, text=self.question.text,
            asked_at=self.question.created_at,
        )  # fmt: skip


def _citation(answer: Message, number: int, document: Document) -> Citation:
    return Citation(
        organization_id=answer.organization_id, message=answer, number=number, passage_id=uuid4(),
        document_id=document.pk, document_title=document.title, quote="הנוהל", quote_hash="", start=4, end=9,
    )  # fmt: skip


def _put_into_gaps(organization_id: UUID) -> None:
    """Give every question without an answer a gap: how they are grouped is measured elsewhere."""
    gaps = KnowledgeGap.objects.bulk_create(
        KnowledgeGap(organization_id=organization_id, title=f"פער {number}") for number in range(GAPS)
    )
    rows = list(GapQuestion.objects.only("pk", "gap"))
    for number, row in enumerate(rows):
        row.gap = gaps[number % GAPS]
    GapQuestion.objects.bulk_update(rows, ["gap"], batch_size=500)


def found_year() -> Year | None:
    """Return the year that was generated in this database before."""
    organization = Organization.objects.filter(name__startswith=f"{NAME} ").order_by("-created_at").first()
    if organization is None:
        return None
    with tenant_scope(organization.pk):
        return Year(
            organization, User.objects.get(role=Role.MANAGER), list(User.objects.filter(role=Role.MEMBER))
        )


def count(year: Year) -> int:
    """Let the product count what it has not counted yet, many events at once, in their order; return how many
    that were.
    """
    with tenant_scope(year.organization.pk):
        counted = set(CountedEvent.objects.values_list("pk", flat=True))
        answers = Message.objects.filter(role="assistant").order_by("created_at").values_list("pk", flat=True)
        closed = [_event(year, pk, "turn.closed", answer_id=str(pk)) for pk in answers if pk not in counted]
        verdicts = Feedback.objects.order_by("message__created_at").values_list("pk", "message_id", "rating")
        rated = [
            _event(year, pk, "message.rated", answer_id=str(answer_id), rating=rating, previous="")
            for pk, answer_id, rating in verdicts
            if pk not in counted
        ]
    _carry_out(count_turns, closed)
    _carry_out(count_ratings, rated)
    return len(closed) + len(rated)


def _event(year: Year, key: UUID, event: str, **payload: str) -> OutboxMessage:
    """Return an event of the year; its id is that of what it is about, so that it is counted once."""
    return OutboxMessage(key, event, year.organization.pk, {**payload}, datetime.now(UTC))


def _carry_out(handler: Callable[[Sequence[OutboxMessage]], None], events: Sequence[OutboxMessage]) -> None:
    for start in range(0, len(events), AT_ONCE):
        handler(events[start : start + AT_ONCE])
