"""The demo organisation: who works there, and where their passwords are kept. Never made in production."""

import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

ORGANIZATION = settings.DEMO_ORGANIZATION
DOCUMENTS = settings.BASE_DIR / "demo" / "documents"
# Without letters and digits that look alike: people copy these from a terminal.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo; the manager belongs to no department."""

    username: str
    display_name: str
    department: str = ""

    @property
    def is_manager(self) -> bool:
        return not self.department


@dataclass(frozen=True, slots=True)
class Account:
    """A demo account as it is shown at the start; `about` says whose it is."""

    username: str
    password: str
    about: str


PEOPLE = (
    Person("manager.demo", "רונית אלמוג"),
    Person("noa.demo", "נועה ברק", "כספים"),
    Person("amir.demo", "אמיר דגן", "שירות לקוחות"),
)


def known_accounts() -> list[Account]:
    """Return the demo accounts with their passwords; empty where there is no demo."""
    if not settings.DEMO:
        return []
    passwords = _kept_passwords()
    return [
        Account(person.username, passwords[person.username], _about(person))
        for person in PEOPLE
        if person.username in passwords
    ]


def passwords() -> dict[str, str]:
    """Return the password of every demo person, generating those that are missing."""
    kept = _kept_passwords()
    missing = {person.username: _new_password() for person in PEOPLE if person.username not in kept}
    if missing:
        _keep(kept | missing)
    return kept | missing


def documents_are_loaded(organization_id: UUID) -> bool:
    """Return whether this organisation was given the documents as they are now."""
    stamp = _stamp()
    return stamp.exists() and stamp.read_text(encoding="ascii") == _documents_version(organization_id)


def remember_documents(organization_id: UUID) -> None:
    _stamp().write_text(_documents_version(organization_id), encoding="ascii")


def _stamp() -> Path:
    return Path(settings.SICHA_HOME) / "demo_documents"


def _documents_version(organization_id: UUID) -> str:
    digest = hashlib.sha256(str(organization_id).encode())
    for path in sorted(DOCUMENTS.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _about(person: Person) -> str:
    return "מנהלת הארגון · manager" if person.is_manager else f"{person.department} · employee"


def _file() -> Path:
    return Path(settings.SICHA_HOME) / "secrets" / "demo_credentials"


def _kept_passwords() -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return kept


def _keep(passwords: dict[str, str]) -> None:
    _file().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(passwords, file, indent=2)


def _new_password() -> str:
    """Return three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
