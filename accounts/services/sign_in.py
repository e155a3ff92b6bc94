"""Signing in by name and password: limited, equally slow and equally silent for known and unknown names."""

import logging

from django.utils import timezone

from accounts import audit, hashing, limits
from accounts.access import actor_of
from accounts.errors import (
    BusyError,
    CodeNeededError,
    InvalidCredentialsError,
    SecondFactorMissingError,
)
from accounts.models import User
from accounts.names import name_key
from accounts.services.organizations import ensure_platform
from accounts.services.refresh import Tokens, issue_tokens
from accounts.services.second_factor import check_code, need_of
from accounts.tenancy import tenant_scope

logger = logging.getLogger(__name__)


def sign_in(*, username: str, password: str, address: str, code: str = "") -> User:
    """Return the person whom name, password and, where needed, a code prove; raises as both steps do."""
    user = prove_password(username=username, password=password, address=address)
    admit(user=user, code=code)
    return user


def prove_password(*, username: str, password: str, address: str) -> User:
    """Return the active person with this name and password; `address` is the network that limits count by.

    Raises InvalidCredentialsError, RateLimitedError, BusyError and, to who knows the password only,
    AccountPendingError and AccountInactiveError.
    """
    key = name_key(username)
    counted = (("login_address", address), ("login_account", key))
    for limit, subject in counted:
        limits.check(limit, subject)
    user = User.directory.filter(username_key=key).first()
    try:
        matches = hashing.password_matches(password, user.password if user else None)
    except BusyError:
        _refund(counted)
        raise
    if user is None or not matches:
        logger.info("log-in refused", extra={"known": user is not None})
        _record_refusal(user)
        raise InvalidCredentialsError
    _refund(counted)
    actor_of(user)
    return user


def admit(*, user: User, code: str = "") -> None:
    """Take the second step of somebody whose password was right.

    Raises CodeNeededError, CodeWrongError, SecondFactorMissingError and RateLimitedError.
    """
    need = need_of(user)
    if need == "set_up":
        raise SecondFactorMissingError
    if need == "code" and not code:
        raise CodeNeededError
    if need == "code":
        check_code(user=user, code=code)
    record_sign_in(user=user)


def record_sign_in(*, user: User) -> None:
    """Write down that somebody came in, all steps taken."""
    with tenant_scope(user.organization_id):
        audit.record("account.signed_in", actor_id=user.pk, target=user.pk)


def sign_in_program(
    *, username: str, password: str, address: str, code: str = "", device: str = ""
) -> Tokens:
    """Return tokens for a program that signs in as a person; raises as `sign_in` does."""
    user = sign_in(username=username, password=password, address=address, code=code)
    User.directory.filter(pk=user.pk).update(last_login=timezone.now())
    return issue_tokens(actor=actor_of(user), device=device)


def record_sign_out(*, user: User | None, **_signal: object) -> None:
    """Write down that a browser's session was ended by its person, whichever page it was done on."""
    if user is not None:
        with tenant_scope(user.organization_id):
            audit.record("account.signed_out", actor_id=user.pk, target=user.pk)


def _record_refusal(user: User | None) -> None:
    """Write down a failed log-in: of a name that nobody has, which may be a mistyped password, without the
    name, in the platform's own trail. Both take the same time.
    """
    platform = ensure_platform()
    with tenant_scope(user.organization_id if user else platform.pk):
        audit.record("account.sign_in_failed", actor_id=None, target=user.pk if user else "unknown")


def _refund(counted: tuple[tuple[str, str], ...]) -> None:
    """Only failures count: an office behind one address signs in at nine o'clock, all within a minute."""
    for limit, subject in counted:
        limits.refund(limit, subject)
