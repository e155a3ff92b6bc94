"""Mails to people, in their own language; handlers of the outbox's routes."""

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.passwords import reset_credentials
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus
from config.kernel.outbox import OutboxMessage


def send_password_reset(event: OutboxMessage) -> None:
    """Mail the link that a `password.reset_requested` event asks for.

    The link is made now: the event holds no secret.
    """
    with tenant_scope(event.organization_id):
        user: User | None = (
            User.objects.filter(pk=event.payload["user_id"])
            .exclude(status=AccountStatus.DEACTIVATED)
            .select_related("organization")
            .first()
        )
    if user is None:
        return
    uid, token = reset_credentials(user)
    path = reverse("password-reset-confirm", args=[uid, token])
    with translation.override(user.language):
        text = render_to_string(
            "accounts/mail/password_reset.txt", {"user": user, "link": f"{event.payload['origin']}{path}"}
        )
        send_mail(_("Choosing a new password for Sicha"), text, None, [user.email])
