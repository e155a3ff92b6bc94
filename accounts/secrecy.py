"""Tokens that are handed out once: 256 random bits, of which only the digest is kept."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return what is stored and looked up in place of the token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_after(token: str) -> str:
    """Return the one token that follows a token: only who has the key of tokens can tell which."""
    about = b"refresh token after " + token.encode("utf-8", "surrogatepass")
    code = hmac.digest(str(settings.SIMPLE_JWT["SIGNING_KEY"]).encode(), about, "sha256")
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode("ascii")
