"""Whoever asked in vain hears when the question is answered."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.mail import mail_person
from accounts.tenancy import tenant_scope
from analytics.models import GapQuestion
from config.kernel.outbox import OutboxMessage


def tell_asker(message: OutboxMessage) -> None:
    """Mail an asker of a closed gap their latest question in it, with a link to its conversation."""
    gap_id, user_id = (UUID(str(message.payload[name])) for name in ("gap_id", "user_id"))
    with tenant_scope(message.organization_id):
        own = GapQuestion.objects.filter(gap_id=gap_id, asker_id=user_id)
        question = own.order_by("-asked_at").first()
    if question is None:
        return
    origin = message.payload["origin"]
    link = f"{origin}/c/{question.conversation_id}/" if origin else ""
    mail_person(
        organization_id=message.organization_id,
        user_id=user_id,
        subject=_("Your question can be answered now"),
        template="analytics/mail/gap_closed.txt",
        context={"question": question.text, "link": link},
    )
