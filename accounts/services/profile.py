"""What people change about themselves."""

from dataclasses import dataclass

from django.core.validators import validate_email
from django.db import transaction

from accounts import audit
from accounts.access import get_user
from accounts.models import User
from accounts.names import tidy_email
from accounts.services.passwords import confirm_password
from accounts.services.registration import clean_display_name
from accounts.tenancy import tenant_scope
from accounts.types import Actor, Language


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What to change; None leaves a thing as it is. Another e-mail address needs the current password."""

    display_name: str | None = None
    language: Language | None = None
    email: str | None = None
    current_password: str = ""


def update_profile(*, actor: Actor, change: ProfileChange) -> User:
    """Change the actor's own name, language or address; return the row as it is then.

    Who holds the address can choose the password: changing it asks for the current one.
    Raises InvalidInputError, PasswordWrongError, RateLimitedError, BusyError, and Django's ValidationError
    for an address that is none.
    """
    user = get_user(actor)
    fields = {}
    if change.display_name is not None:
        fields["display_name"] = clean_display_name(change.display_name)
    if change.language is not None:
        fields["language"] = change.language
    if change.email is not None and tidy_email(change.email) != user.email:
        validate_email(change.email)
        confirm_password(actor=actor, password=change.current_password, field="current_password")
        fields["email"] = tidy_email(change.email)
    with tenant_scope(actor.organization_id), transaction.atomic():
        if fields:
            User.objects.filter(pk=user.pk).update(**fields)
        if "email" in fields:
            audit.record("account.email_changed", actor_id=user.pk, target=user.pk)
    return get_user(actor)
