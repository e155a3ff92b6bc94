"""Which passwords are accepted: 8 to 256 characters of any kind, no common ones, not the own name."""

from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import PasswordWeakError
from accounts.models import User
from config.kernel.types import JSONValue

LONGEST: Final = 256


def require_strong(password: str, *, user: User, field: str = "password") -> None:
    """Raise PasswordWeakError for a password that is not accepted, the reasons under the field's name."""
    reasons = [*_own_reasons(password), *_reasons(password, user)]
    if reasons:
        fields: dict[str, JSONValue] = {field: [*reasons]}
        raise PasswordWeakError(details={"fields": fields})


def _own_reasons(password: str) -> list[str]:
    if len(password) > LONGEST:
        return [_("The password may have at most %(limit)d characters.") % {"limit": LONGEST}]
    return [_("The password has characters that cannot be typed.")] if "\0" in password else []


def _reasons(password: str, user: User) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []
