"""Sending a question to the managers, and closing it again as soon as an approved answer answers it."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MemberView
from accounts.types import Actor
from chatbot.trial import Waiting, ask_again
from config.kernel.outbox import OutboxMessage
from conversations import referring
from conversations.referrals import ReferredQuestion
from conversations.serializers import ReferralSerializer
from retrieval.follow_ups import standalone

# Open questions that are looked at for one approved answer; what is older than these stays for a manager.
MOST_QUESTIONS = 1000


class AnswerRefer(MemberView):
    @extend_schema(
        summary="Send a question without a clear answer to the managers; sent twice, it is one question",
        request=None,
        responses={200: ReferralSerializer, 201: ReferralSerializer},
    )
    def post(self, request: Request, answer_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        referred, is_new = refer(actor=self.actor, answer_id=answer_id)
        return Response(ReferralSerializer(referred).data, status=201 if is_new else 200)


def refer(*, actor: Actor, answer_id: UUID) -> tuple[ReferredQuestion, bool]:
    """Send an answer's question to the managers, with what it goes on from; tell whether that was new.

    Raises NotFoundError, AnsweredClearlyError.
    """
    asked = referring.asked_for(actor=actor, answer_id=answer_id)
    text = standalone(asked.text, asked.earlier)
    return referring.refer_question(actor=actor, answer_id=answer_id, text=text)


def close_answered(message: OutboxMessage) -> None:
    """Close the open questions that their askers would now be given an approved answer to."""
    organization_id = message.organization_id
    waiting = [
        Waiting(each.id, each.asker_id, each.text, approved_only=True)
        for each in referring.open_questions(organization_id=organization_id, limit=MOST_QUESTIONS)
    ]
    for verdict in ask_again(waiting, organization_id=organization_id):
        if verdict.approved_id is not None:
            referring.close_question(
                organization_id=organization_id,
                referral_id=verdict.question.id,
                approved_answer_id=verdict.approved_id,
            )
