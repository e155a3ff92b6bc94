"""Secrets of an installation that configured none: generated once, kept in SICHA_HOME, for its owner only."""

import os
import secrets
from pathlib import Path


def persistent_secret(home: Path, name: str) -> str:
    """Return the secret kept under `home/secrets/name`, generating it (256 bits) on first use."""
    path = home / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # O_EXCL: of two processes that start together, one writes and both read the same secret.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
