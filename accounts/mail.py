"""Mails to people, in their own language; handlers of the outbox's routes."""

from collections.abc import Mapping
from uuid import UUID

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.passwords import reset_credentials
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus
from config.kernel.outbox import OutboxMessage


def send_password_reset(event: OutboxMessage) -> None:
    """Mail the link that a `password.reset_requested` event asks for.

    The link is made now: the event holds no secret.
    """
    user = _reachable(event.organization_id, UUID(str(event.payload["user_id"])))
    if user is None:
        return
    uid, token = reset_credentials(user)
    path = reverse("password-reset-confirm", args=[uid, token])
    link = f"{event.payload['origin']}{path}"
    _send(
        user, _("Choosing a new password for Sicha"), "accounts/mail/password_reset.txt", {"link": link}, {}
    )


def mail_person(
    *,
    organization_id: UUID,
    user_id: UUID,
    subject: Promise,
    template: str,
    context: Mapping[str, object],
    headers: Mapping[str, str],
) -> bool:
    """Mail an active person in their own language; tell whether there is such a person.

    `subject` is a lazy sentence, `template` a text that gets the `context` and the `user`, `headers` go with
    the mail. Raises what the mail server's refusal raises.
    """
    user = _reachable(organization_id, user_id)
    if user is None or user.status != AccountStatus.ACTIVE:
        return False
    _send(user, subject, template, context, headers)
    return True


def _reachable(organization_id: UUID, user_id: UUID) -> User | None:
    with tenant_scope(organization_id):
        found: User | None = (
            User.objects.filter(pk=user_id)
            .exclude(status=AccountStatus.DEACTIVATED)
            .select_related("organization")
            .first()
        )
    return found


def _send(
    user: User, subject: Promise, template: str, context: Mapping[str, object], headers: Mapping[str, str]
) -> None:
    with translation.override(user.language):
        text = render_to_string(template, {**context, "user": user})
        EmailMessage(str(subject), text, None, [user.email], headers={**headers}).send()
