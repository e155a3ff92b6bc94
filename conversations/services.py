"""The life of a turn: opened, saved as it is written, closed once. Each function is one transaction inside
the actor's organisation.

How one begins is told in `opening`; here is what happens to an answer after that.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import now

from accounts.tenancy import system_scope, tenant_scope
from accounts.types import Actor
from config.kernel import outbox
from conversations import spending
from conversations.access import get_answer
from conversations.fingerprints import fingerprint
from conversations.lease_watch import look
from conversations.models import MODEL_MAX_LENGTH, Citation, Conversation, Message
from conversations.opening import continue_answer, lease_end, open_turn, reopen_answer
from conversations.showing import citations_of
from conversations.texts import TextOfRow
from conversations.types import (
    ABANDONED,
    OPEN_STATUSES,
    Checkpoint,
    CitationData,
    Closing,
    MessageStatus,
    Turn,
    Written,
)

__all__ = [
    "checkpoint_turns",
    "close_turn",
    "continue_answer",
    "is_closed_as",
    "open_turn",
    "reap_expired_turns",
    "reopen_answer",
    "request_stop",
    "storable",
]

logger = logging.getLogger(__name__)
TURN_CLOSED = "turn.closed"
# Of closed turns those that the documents hold no answer to, besides.
TURN_REFUSED = "turn.refused"
REAPED_AT_ONCE = 200
# What a model may say and PostgreSQL or UTF-8 cannot hold; and may count.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MOST_TOKENS = 2**31 - 1


def checkpoint_turns(
    *, organization_id: UUID, written: Mapping[UUID, Written], lease_owner: str
) -> dict[UUID, Checkpoint]:
    """Save what is written so far of these answers and renew their leases; tell of each whether it is still
    ours and wanted."""
    texts = TextOfRow({answer_id: storable(each.text) for answer_id, each in written.items()})
    with tenant_scope(organization_id), transaction.atomic():
        rows = Message.objects.filter(pk__in=written, status__in=OPEN_STATUSES, lease_owner=lease_owner)
        rows.update(text=texts, lease_expires_at=lease_end())
        alive: dict[UUID, datetime | None] = dict(rows.values_list("pk", "stop_requested_at"))
        for answer_id in alive:
            _save_findings(answer_id, written[answer_id])
    return {each: Checkpoint(each in alive, alive.get(each) is not None) for each in written}


def _save_findings(answer_id: UUID, written: Written) -> None:
    if written.sources is not None:
        Message.objects.filter(pk=answer_id).update(sources=list(written.sources))
    if written.citations is not None:
        _cite(answer_id, written.citations)


def close_turn(*, turn: Turn, closing: Closing) -> bool:
    """End an open answer: text, citations and what follows from it in one transaction.

    Returns False, and changes nothing, when it was closed before.
    """
    with tenant_scope(turn.organization_id), transaction.atomic():
        return _close(turn.answer_id, turn.organization_id, turn.conversation_id, closing)


def is_closed_as(*, turn: Turn, closing: Closing) -> bool:
    """Tell whether the answer has ended just so: of a closing whose reply was lost, that it took effect."""
    ends = {"status": closing.status, "text_hash": fingerprint(storable(closing.text))}
    with tenant_scope(turn.organization_id):
        return Message.objects.filter(pk=turn.answer_id, **ends).exists()


def _close(answer_id: UUID, organization_id: UUID, conversation_id: UUID, closing: Closing) -> bool:
    text = storable(closing.text)
    closed = Message.objects.filter(pk=answer_id, status__in=OPEN_STATUSES).update(
        status=closing.status,
        text=text,
        text_hash=fingerprint(text),
        sources=list(closing.sources),
        confidence=closing.confidence,
        confidence_level=closing.confidence_level,
        grounds=closing.grounds.as_json(),
        prompt_tokens=_countable(closing.usage.prompt_tokens),
        completion_tokens=_countable(closing.usage.completion_tokens),
        first_text_ms=closing.first_text_ms,
        model=storable(closing.model)[:MODEL_MAX_LENGTH],
        error_code=closing.error_code,
        lease_expires_at=None,
        completed_at=now(),
    )
    if not closed:
        return False
    _cite(answer_id, closing.citations)
    Conversation.objects.filter(pk=conversation_id).update(updated_at=now())
    ids = {"answer_id": str(answer_id), "conversation_id": str(conversation_id)}
    payload = {**ids, "status": str(closing.status)}
    outbox.emit(TURN_CLOSED, organization_id=organization_id, payload={**payload})
    if closing.status == MessageStatus.REFUSED:
        outbox.emit(TURN_REFUSED, organization_id=organization_id, payload={**payload})
    spending.settle(answer_id=answer_id, status=closing.status, usage=closing.usage)
    return True


def _cite(answer_id: UUID, citations: Sequence[CitationData]) -> None:
    """Put these in the place of what the answer cited at its last checkpoint."""
    Citation.objects.filter(message_id=answer_id).delete()
    Citation.objects.bulk_create(_citation_row(answer_id, citation) for citation in citations)


def _citation_row(answer_id: UUID, citation: CitationData) -> Citation:
    return Citation(
        message_id=answer_id,
        number=citation.number,
        passage_id=citation.passage_id,
        document_id=citation.document_id,
        document_title=citation.document_title,
        quote=citation.quote,
        quote_hash=fingerprint(citation.quote),
        start=citation.start,
        end=citation.end,
    )


def storable(text: str) -> str:
    """Return the text without what neither PostgreSQL nor UTF-8 can hold."""
    return _UNSTORABLE.sub("", text)


def _countable(tokens: int) -> int:
    return min(max(tokens, 0), _MOST_TOKENS)


def request_stop(*, actor: Actor, answer_id: UUID) -> None:
    """Ask for the end of an answer, wherever it is written; nothing happens to one that has ended.

    Raises NotFoundError for anything but an answer of the actor's.
    """
    get_answer(answer_id=answer_id, actor=actor)
    with tenant_scope(actor.organization_id), transaction.atomic():
        open_answers = Message.objects.filter(pk=answer_id, status__in=OPEN_STATUSES, stop_requested_at=None)
        open_answers.update(stop_requested_at=now())


def reap_expired_turns() -> int:
    """Close answers whose process died, with the text of their last checkpoint; return how many."""
    with system_scope("reaper"):
        over = look().expired_before
        expired = Message.objects.filter(status__in=OPEN_STATUSES, lease_expires_at__lt=over)
        found = list(expired.only("id", "organization_id").order_by("lease_expires_at")[:REAPED_AT_ONCE])
    return sum(_reap(answer.pk, answer.organization_id) for answer in found)


def _reap(answer_id: UUID, organization_id: UUID) -> bool:
    with tenant_scope(organization_id), transaction.atomic():
        # Read again, locked: the owner may have renewed the lease or saved more meanwhile.
        rows = Message.objects.select_for_update()
        found: Message | None = rows.filter(
            pk=answer_id, status__in=OPEN_STATUSES, lease_expires_at__lt=Now()
        ).first()
        if found is None:
            return False
        closing = Closing(
            status=MessageStatus.INTERRUPTED,
            text=found.text,
            citations=citations_of(found),
            sources=found.sources,
            error_code=ABANDONED,
        )
        closed = _close(found.pk, organization_id, found.conversation_id, closing)
    logger.warning("abandoned answer closed", extra={"answer_id": str(answer_id), "closed": closed})
    return closed
