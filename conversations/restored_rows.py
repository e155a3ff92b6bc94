"""Rows from archived objects: conversations, then turns with their citations and verdicts."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.services.placeholders import ensure_people
from accounts.tenancy import tenant_scope
from config.kernel.outbox.resending import resend
from conversations.archive_rows import (
    answer_row,
    citation_row,
    conversation_row,
    question_row,
    time_of,
    verdict_row,
)
from conversations.models import Citation, Conversation, Feedback, Message
from conversations.naming import automatic_title
from conversations.organizing import MESSAGE_RATED
from conversations.services import TURN_CLOSED, TURN_REFUSED
from conversations.types import MessageStatus

Objects = Mapping[str, dict[str, Any]]
Verdicts = Mapping[UUID, list[dict[str, Any]]]
FOREIGN = "its person belongs to another organization"
LINKED_AT_ONCE = 500


@dataclass(slots=True)
class RestoredBatch:
    """What became of the turns of a batch; `unlinked` are questions whose parents are not there yet."""

    turns: int = 0
    there_already: int = 0
    of_deleted: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    unlinked: dict[UUID, UUID] = field(default_factory=dict)


def restore_cards(organization_id: UUID, cards: Objects) -> dict[str, str]:
    """Create the conversations that are not there; return what was refused, and why, by name."""
    with tenant_scope(organization_id), transaction.atomic():
        foreign = _people(organization_id, _owners(cards.values(), "user_id"))
        known = _known(Conversation, [UUID(card["id"]) for card in cards.values()])
        rows = [
            conversation_row(card)
            for card in cards.values()
            if UUID(card["id"]) not in known and UUID(card["user_id"]) not in foreign
        ]
        Conversation.objects.bulk_create(_with_free_names(rows))
    return {name: FOREIGN for name, card in cards.items() if UUID(card["user_id"]) in foreign}


def restore_turns(organization_id: UUID, turns: Objects, verdicts: Verdicts) -> RestoredBatch:
    """Create the messages that are not there, with citations and verdicts, in one transaction."""
    batch = RestoredBatch()
    with tenant_scope(organization_id), transaction.atomic():
        answers = [UUID(turn["answer"]["id"]) for turn in turns.values()]
        judges = _owners((each for answer in answers for each in verdicts.get(answer, ())), "user_id")
        foreign = _people(organization_id, judges | _owners(turns.values(), "user_id"))
        conversations = _conversations(organization_id, turns.values(), foreign)
        known = _known(Message, answers)
        wanted = []
        for name, turn in turns.items():
            conversation = conversations.get(UUID(turn["conversation_id"]))
            if conversation is None or UUID(turn["user_id"]) in foreign:
                batch.refused[name] = FOREIGN
            elif conversation.deleted_at is not None:
                batch.of_deleted += 1
            elif UUID(turn["answer"]["id"]) in known:
                batch.there_already += 1
            else:
                wanted.append(turn)
        batch.turns = len(wanted)
        _create(organization_id, wanted, conversations)
        _judge(organization_id, wanted, verdicts, foreign)
        batch.unlinked = _unlinked(turns.values())
    return batch


def link_questions(organization_id: UUID, parents: Mapping[UUID, UUID]) -> None:
    """Let questions follow the answers that were restored after them."""
    with tenant_scope(organization_id), transaction.atomic():
        for chunk in _chunks(list(parents)):
            there = _known(Message, [parents[each] for each in chunk])
            rows = list(Message.objects.filter(pk__in=chunk, parent=None).only("id"))
            linked = [row for row in rows if parents[row.pk] in there]
            for row in linked:
                row.parent_id = parents[row.pk]
            Message.objects.bulk_update(linked, ["parent"])


def _create(
    organization_id: UUID, turns: list[dict[str, Any]], conversations: Mapping[UUID, Conversation]
) -> None:
    questions = {UUID(turn["question"]["id"]): turn for turn in turns}
    there = _known(Message, questions)
    new = [turn for each, turn in questions.items() if each not in there]
    taken = _taken_keys(new)
    answers = {UUID(turn["answer"]["id"]) for turn in turns}
    parents = answers | _known(Message, [UUID(p) for turn in new if (p := turn["question"]["parent_id"])])
    Message.objects.bulk_create(question_row(turn, parents, taken) for turn in new)
    Message.objects.bulk_create(answer_row(turn) for turn in turns)
    Citation.objects.bulk_create(
        citation_row(turn, each) for turn in turns for each in turn["answer"]["citations"]
    )
    _touch(turns, conversations)
    payloads = [_payload(turn) for turn in turns]
    _tell(organization_id, TURN_CLOSED, payloads)
    refused = [payload for payload in payloads if payload["status"] == MessageStatus.REFUSED]
    _tell(organization_id, TURN_REFUSED, refused)


def _payload(turn: dict[str, Any]) -> dict[str, Any]:
    answer = turn["answer"]
    return {
        "answer_id": answer["id"],
        "conversation_id": turn["conversation_id"],
        "status": answer["status"],
    }


def _judge(
    organization_id: UUID, turns: Iterable[dict[str, Any]], verdicts: Verdicts, foreign: Collection[UUID]
) -> None:
    own = [
        verdict
        for turn in turns
        for verdict in verdicts.get(UUID(turn["answer"]["id"]), ())
        if UUID(verdict["user_id"]) not in foreign
    ]
    Feedback.objects.bulk_create(verdict_row(each) for each in own)
    _tell(
        organization_id,
        MESSAGE_RATED,
        [{"answer_id": each["message_id"], "rating": each["rating"], "previous": ""} for each in own],
    )


def _tell(organization_id: UUID, event: str, payloads: list[dict[str, Any]]) -> None:
    for route in settings.RESTORED_ROUTES.get(event, ()):
        resend(event, route=route, organization_id=organization_id, payloads=payloads)


def _conversations(
    organization_id: UUID, turns: Iterable[dict[str, Any]], foreign: Collection[UUID]
) -> dict[UUID, Conversation]:
    """Return the conversations of turns; those whose own object is lost are made from the first turn."""
    of_turns: dict[UUID, dict[str, Any]] = {}
    for turn in sorted(turns, key=lambda turn: str(turn["question"]["created_at"])):
        of_turns.setdefault(UUID(turn["conversation_id"]), turn)
    found: dict[UUID, Conversation] = Conversation.objects.in_bulk(list(of_turns))
    missing = [turn for each, turn in of_turns.items() if each not in found]
    rows = [
        Conversation(
            id=UUID(turn["conversation_id"]),
            organization_id=organization_id,
            owner_id=UUID(turn["user_id"]),
            session_id=turn["conversation_id"],
            title=automatic_title(turn["question"]["text"]),
            created_at=time_of(turn["question"]["created_at"]),
            updated_at=time_of(turn["question"]["created_at"]),
        )
        for turn in missing
        if UUID(turn["user_id"]) not in foreign
    ]
    Conversation.objects.bulk_create(_with_free_names(rows))
    return found | {row.pk: row for row in rows}


def _with_free_names(rows: list[Conversation]) -> list[Conversation]:
    """Give a new session id to conversations whose name another one of the person has by now."""
    owners, sessions = {row.owner_id for row in rows}, {row.session_id for row in rows}
    living = Conversation.objects.filter(owner_id__in=owners, session_id__in=sessions, deleted_at=None)
    taken = set(living.values_list("owner_id", "session_id"))
    for row in rows:
        if (row.owner_id, row.session_id) in taken:
            row.session_id = str(uuid4())
        taken.add((row.owner_id, row.session_id))
    return rows


def _taken_keys(turns: Iterable[dict[str, Any]]) -> set[tuple[UUID, str]]:
    keys = [key for turn in turns if (key := turn["question"]["client_id"]) is not None]
    return set(Message.objects.filter(client_id__in=keys).values_list("author_id", "client_id"))


def _touch(turns: Iterable[dict[str, Any]], conversations: Mapping[UUID, Conversation]) -> None:
    """Put conversations at the time of their last answer, where the list of them has its order from."""
    grown: dict[UUID, Conversation] = {}
    for turn in turns:
        conversation = conversations[UUID(turn["conversation_id"])]
        ended = time_of(turn["answer"]["completed_at"] or turn["answer"]["created_at"])
        if ended > conversation.updated_at:
            conversation.updated_at = ended
            grown[conversation.pk] = conversation
    Conversation.objects.bulk_update(grown.values(), ["updated_at"], batch_size=LINKED_AT_ONCE)


def _unlinked(turns: Iterable[dict[str, Any]]) -> dict[UUID, UUID]:
    wanted = {
        UUID(turn["question"]["id"]): UUID(turn["question"]["parent_id"])
        for turn in turns
        if turn["question"]["parent_id"]
    }
    rows = Message.objects.filter(pk__in=wanted, parent=None).values_list("pk", flat=True)
    return {each: wanted[each] for each in rows}


def _people(organization_id: UUID, user_ids: Collection[UUID]) -> set[UUID]:
    return ensure_people(organization_id=organization_id, user_ids=user_ids) if user_ids else set()


def _owners(objects: Iterable[dict[str, Any]], name: str) -> set[UUID]:
    return {UUID(each[name]) for each in objects}


def _known(model: type[Conversation] | type[Message], ids: Collection[UUID]) -> set[UUID]:
    return set(model.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))


def _chunks(ids: list[UUID]) -> Iterable[list[UUID]]:
    for start in range(0, len(ids), LINKED_AT_ONCE):
        yield ids[start : start + LINKED_AT_ONCE]
