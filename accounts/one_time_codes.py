"""The codes of a second step: six digits of an authenticator app, and the words that stand in for a lost one.

Six digits follow from a secret and the half minute (RFC 6238, SHA-1, as all apps compute them).
"""

import base64
import hmac
import secrets
import unicodedata
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
ISSUER: Final = "Sicha"
_SECRET_BYTES, _RECOVERY_BYTES = 20, 15


def new_secret() -> str:
    """Return 160 random bits as apps take them: base32."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def new_recovery_codes() -> list[str]:
    """Return ten codes of 120 random bits each, in six groups of letters and digits."""
    written = (base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    return [_in_groups(each.decode("ascii").lower()) for each in written]


def code_at(secret: str, step: int) -> str:
    """Return the six digits of a half minute, counted since 1970."""
    return _generator(secret).generate(step * STEP_SECONDS).decode("ascii")


def step_of(secret: str, code: str, *, at: float, after: int) -> int | None:
    """Return the half minute that six digits belong to: that of `at`, or one beside it as clocks differ.

    None for others, and for half minutes up to `after`, whose digits were used.
    """
    now = int(at) // STEP_SECONDS
    fitting = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(code_at(secret, step), code)]
    return next((step for step in fitting if step > after), None)


def tidy_code(written: str) -> str:
    """Return a code as it is compared: what people put between its characters does not count."""
    plain = unicodedata.normalize("NFKC", written).lower()
    return "".join(sign for sign in plain if sign.isascii() and sign.isalnum())


def is_digits(code: str) -> bool:
    return len(code) == DIGITS and code.isdecimal()


def app_address(secret: str, *, username: str) -> str:
    """Return the address by which an app takes the secret over, from a picture or on the telephone itself."""
    return _generator(secret).get_provisioning_uri(username, ISSUER)


def picture_of(address: str) -> str:
    """Return the address as a QR code: a `data:` address of an SVG picture, dark on white in every theme."""
    import segno  # noqa: PLC0415  hardly anybody needs it on a day

    code = segno.make(address, error="m", micro=False)
    return code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def groups_of(secret: str) -> str:
    """Return the secret in groups of four, for who types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _in_groups(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _generator(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  as all apps do
