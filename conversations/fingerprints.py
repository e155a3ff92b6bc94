"""Fingerprints of texts: what two stores compare instead of the words."""

import hashlib


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
