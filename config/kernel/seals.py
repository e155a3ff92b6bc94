"""Seals over what lies in the database: an HMAC with a key that does not."""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac


def seal_of(text: str, *, salt: str) -> str:
    """Return the seal of the text with the key in use; `salt` names what is sealed."""
    return next(_seals(text, salt))


def is_seal(seal: str, text: str, *, salt: str) -> bool:
    """Tell whether this is the text's seal, with the key in use or one of those before it."""
    return any(hmac.compare_digest(seal, each) for each in _seals(text, salt))


def _seals(text: str, salt: str) -> Iterator[str]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(salt, text, secret=secret, algorithm="sha256").hexdigest()
