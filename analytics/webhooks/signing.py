"""Signatures as the Standard Webhooks specification has them, so that receivers find libraries for them.

`webhook-id` stays the same when a delivery is repeated, `webhook-timestamp` is that of the attempt, and
`webhook-signature` is `v1,` and the HMAC-SHA256 of "id.timestamp.body" in base64.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_for(*, secret: str, delivery_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Return the headers that a receiver checks; `timestamp` is in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
