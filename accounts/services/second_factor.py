"""The second step of signing in: set up by each person, demanded by organisations, reset by managers."""

import logging
import time
from contextlib import suppress
from typing import Literal

from django.db import transaction

from accounts import audit, limits
from accounts import one_time_codes as codes
from accounts.errors import CodeWrongError, SecondFactorDemandedError, SecondFactorExistsError
from accounts.models import OrganizationSettings, SecondFactor, User
from accounts.secrecy import token_digest
from accounts.selectors import everybody
from accounts.services.passwords import confirm_password
from accounts.services.sign_ins import end_all_sign_ins
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.hiding import UnreadableSecretError, hidden, hidden_anew, shown

logger = logging.getLogger(__name__)
Need = Literal["nothing", "code", "set_up"]
_SALT = "accounts.second_factor"
_LIMIT = "login_code"


def need_of(user: User) -> Need:
    """Return what signing in takes beside the password: nothing, a code, or that codes are set up first."""
    with tenant_scope(user.organization_id):
        if SecondFactor.objects.filter(user_id=user.pk).exists():
            return "code"
        return "set_up" if _is_demanded() else "nothing"


def codes_left(*, actor: Actor) -> int | None:
    """Return how many recovery codes the actor has, None without a second step."""
    with tenant_scope(actor.organization_id):
        row = SecondFactor.objects.filter(user_id=actor.user_id).first()
    return None if row is None else len(row.recovery_digests)


def check_code(*, user: User, code: str) -> None:
    """Use up six digits of the app, or a recovery code.

    Raises CodeWrongError, also for what was used before, and RateLimitedError: after five wrong ones in a
    quarter of an hour.
    """
    limits.check(_LIMIT, str(user.pk))
    with tenant_scope(user.organization_id):
        if not _use(user, codes.tidy_code(code)):
            logger.info("second step refused", extra={"user": str(user.pk)})
            audit.record("account.code_refused", actor_id=None, target=user.pk)
            raise CodeWrongError(details={"field": "code"})
    limits.refund(_LIMIT, str(user.pk))


def set_up(*, user: User, secret: str, code: str) -> list[str]:
    """Demand codes of this secret from now on, once one of them proves that the app has it; return the
    recovery codes, which are told this once.

    Raises CodeWrongError, SecondFactorExistsError and RateLimitedError.
    """
    limits.check(_LIMIT, str(user.pk))
    step = codes.step_of(secret, codes.tidy_code(code), at=time.time(), after=0)
    if step is None:
        raise CodeWrongError(details={"field": "code"})
    limits.refund(_LIMIT, str(user.pk))
    told = codes.new_recovery_codes()
    with tenant_scope(user.organization_id), transaction.atomic():
        _row, is_new = SecondFactor.objects.get_or_create(
            user_id=user.pk,
            defaults={
                "organization_id": user.organization_id,
                "secret": hidden(secret, salt=_SALT),
                "last_step": step,
                "recovery_digests": _digests(told),
            },
        )
        if not is_new:
            raise SecondFactorExistsError
        audit.record("factor.set_up", actor_id=user.pk, target=user.pk)
    return told


def renew_codes(*, actor: Actor, password: str) -> list[str]:
    """Replace the actor's recovery codes and return the new ones; raises as `confirm_password` does."""
    confirm_password(actor=actor, password=password, field="current_password")
    told = codes.new_recovery_codes()
    with tenant_scope(actor.organization_id), transaction.atomic():
        SecondFactor.objects.filter(user_id=actor.user_id).update(recovery_digests=_digests(told))
        audit.record("factor.codes_renewed", actor_id=actor.user_id, target=actor.user_id)
    return told


def take_away(*, actor: Actor, password: str) -> None:
    """Sign the actor in by password alone from now on.

    Raises SecondFactorDemandedError where the organisation demands codes, and as `confirm_password` does.
    """
    confirm_password(actor=actor, password=password, field="current_password")
    with tenant_scope(actor.organization_id), transaction.atomic():
        if _is_demanded():
            raise SecondFactorDemandedError
        SecondFactor.objects.filter(user_id=actor.user_id).delete()
        audit.record("factor.taken_away", actor_id=actor.user_id, target=actor.user_id)


def end_sign_ins_without_a_second_factor() -> None:
    """Have everybody without a second step sign in anew; in the open tenant scope."""
    having = SecondFactor.objects.values("user_id")
    for person in User.objects.exclude(pk__in=having):
        end_all_sign_ins(user=person)


def hide_secrets_anew() -> None:
    """Hide all secrets with the installation's present key that are hidden with an earlier one."""
    for organization in everybody():
        with tenant_scope(organization.pk), suppress(UnreadableSecretError):
            for row in SecondFactor.objects.all():
                anew = hidden_anew(row.secret, salt=_SALT)
                if anew is not None:
                    SecondFactor.objects.filter(pk=row.pk, secret=row.secret).update(secret=anew)


def _is_demanded() -> bool:
    return bool(OrganizationSettings.objects.filter(demands_second_factor=True).exists())


@transaction.atomic
def _use(user: User, code: str) -> bool:
    row: SecondFactor | None = SecondFactor.objects.select_for_update().filter(user_id=user.pk).first()
    if row is None:
        return False
    if codes.is_digits(code):
        return _use_digits(row, code)
    return _use_recovery(row, code)


def _use_digits(row: SecondFactor, code: str) -> bool:
    try:
        secret = shown(row.secret, salt=_SALT)
    except UnreadableSecretError:
        logger.warning("a second step cannot be read any more", extra={"user": str(row.user_id)})
        return False
    step = codes.step_of(secret, code, at=time.time(), after=row.last_step)
    if step is None:
        return False
    row.last_step = step
    row.save(update_fields=["last_step"])
    return True


def _use_recovery(row: SecondFactor, code: str) -> bool:
    digest = token_digest(code)
    if digest not in row.recovery_digests:
        return False
    row.recovery_digests = [each for each in row.recovery_digests if each != digest]
    row.save(update_fields=["recovery_digests"])
    audit.record("factor.recovery_used", actor_id=row.user_id, target=row.user_id)
    return True


def _digests(told: list[str]) -> list[str]:
    return [token_digest(codes.tidy_code(each)) for each in told]
