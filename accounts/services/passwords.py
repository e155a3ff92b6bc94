"""Changing a password, and choosing a new one by a link that arrives by mail."""

import logging
from uuid import UUID, uuid4

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import F
from django.utils.encoding import DjangoUnicodeDecodeError, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts import audit, hashing, limits
from accounts.access import get_user
from accounts.errors import BusyError, PasswordWrongError, ResetInvalidError
from accounts.models import User
from accounts.names import name_key, tidy_email
from accounts.passwords import require_strong
from accounts.services.sign_ins import end_all_sign_ins
from accounts.tenancy import tenant_scope
from accounts.types import AccountStatus, Actor
from config.kernel import outbox

logger = logging.getLogger(__name__)
RESET_REQUESTED = "password.reset_requested"
MOST_MAILS = 5


class _ResetTokens(PasswordResetTokenGenerator):
    """Bound to the password and to the session version: changing either makes a link worthless."""

    key_salt = "accounts.services.passwords.reset"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{user.pk}{user.password}{user.session_version}{user.status}{user.email}{timestamp}"


reset_tokens = _ResetTokens()


def confirm_password(*, actor: Actor, password: str, field: str) -> User:
    """Return the actor's row if the password is theirs.

    Raises PasswordWrongError naming the field, RateLimitedError (guessing here is guessing a log-in) and
    BusyError.
    """
    user = get_user(actor)
    key = name_key(user.username)
    limits.check("login_account", key)
    try:
        matches = hashing.password_matches(password, user.password)
    except BusyError:
        limits.refund("login_account", key)
        raise
    if not matches:
        raise PasswordWrongError(details={"field": field})
    limits.refund("login_account", key)
    return user


def change_password(*, actor: Actor, current: str, new: str) -> User:
    """Set a new password and end every session and token of the person; return the row as it is then.

    Raises PasswordWrongError, PasswordWeakError, RateLimitedError, BusyError.
    """
    user = confirm_password(actor=actor, password=current, field="current_password")
    require_strong(new, user=user, field="new_password")
    if not _replace(user, hashing.hash_password(new), "password.changed"):
        raise PasswordWrongError(details={"field": "current_password"})  # somebody was faster
    return user


def request_reset(*, email: str, origin: str) -> None:
    """Have a link mailed to the accounts of an address, if there are any; nothing tells whether there are.

    `origin` (https://host) is where the link leads. The mail itself is sent by the outbox's relay: sending it
    here would take longer for known addresses.
    """
    people = User.directory.exclude(status=AccountStatus.DEACTIVATED).filter(email=tidy_email(email))
    found = [*people.values_list("pk", "organization_id")[:MOST_MAILS]]
    # For an unknown address the same is written, and taken back.
    for user_id, organization_id in found or [(uuid4(), uuid4())]:
        with transaction.atomic(), tenant_scope(organization_id):
            payload = {"user_id": str(user_id), "origin": origin}
            outbox.emit(RESET_REQUESTED, organization_id=organization_id, payload={**payload})
            transaction.set_rollback(not found)
    logger.info("password reset requested", extra={"accounts": len(found)})


def reset_credentials(user: User) -> tuple[str, str]:
    """Return (uid, token) for a link that lets the person choose a password."""
    return urlsafe_base64_encode(str(user.pk).encode()), reset_tokens.make_token(user)


def find_reset(*, uid: str, token: str) -> User:
    """Return whose password a link is for; raise ResetInvalidError for one that is not or no longer good."""
    try:
        user_id = UUID(force_str(urlsafe_base64_decode(uid)))
    except (ValueError, OverflowError, DjangoUnicodeDecodeError):
        raise ResetInvalidError from None
    user = User.directory.filter(pk=user_id).exclude(status=AccountStatus.DEACTIVATED).first()
    if user is None or not reset_tokens.check_token(user, token):
        raise ResetInvalidError
    return user


def reset_password(*, uid: str, token: str, new: str) -> None:
    """Set a new password by a link, once, and end every session and token of the person.

    Raises ResetInvalidError, PasswordWeakError, BusyError.
    """
    user = find_reset(uid=uid, token=token)
    require_strong(new, user=user, field="new_password")
    if not _replace(user, hashing.hash_password(new), "password.reset"):
        raise ResetInvalidError


def _replace(user: User, encoded: str, action: str) -> bool:
    """Write the hash unless the password changed since `user` was read: of parallel changes, one is made."""
    with tenant_scope(user.organization_id), transaction.atomic():
        unchanged = User.objects.filter(
            pk=user.pk, password=user.password, session_version=user.session_version
        )
        if unchanged.update(password=encoded, session_version=F("session_version") + 1) != 1:
            return False
        end_all_sign_ins(user=user)
        audit.record(action, actor_id=user.pk, target=user.pk)
    user.refresh_from_db()
    return True
