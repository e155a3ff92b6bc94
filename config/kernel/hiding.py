"""Secrets that have to be had again in plain, as signing keys have, and lie in the database unreadable.

They are encrypted (Fernet: AES-128-CBC with HMAC-SHA256) by a key derived from `SECRET_KEY`, which is not in
the database; `SECRET_KEY_FALLBACKS` still reads what an earlier one hid, and `hidden_anew` hides it with the
present one.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_KEY_BYTES = 32


class UnreadableSecretError(Exception):
    """The secret was hidden with a key that this installation does not have any more."""


def hidden(secret: str, *, salt: str) -> str:
    """Return the secret as it may be stored: ASCII, about 4/3 of its length and 100 more; `salt` names what
    it is for.
    """
    return _keys(salt).encrypt(secret.encode()).decode()


def shown(stored: str, *, salt: str) -> str:
    """Return the secret in plain; raises UnreadableSecretError."""
    try:
        return _keys(salt).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def hidden_anew(stored: str, *, salt: str) -> str | None:
    """Return it hidden with the present key, None where it is already; raises UnreadableSecretError."""
    try:
        Fernet(_derived(settings.SECRET_KEY, salt)).decrypt(stored.encode())
    except InvalidToken:
        return hidden(shown(stored, salt=salt), salt=salt)
    return None


def _keys(salt: str) -> MultiFernet:
    return MultiFernet(
        [Fernet(_derived(key, salt)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(secret_key: str, salt: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=salt.encode())
    return base64.urlsafe_b64encode(derivation.derive(secret_key.encode()))
