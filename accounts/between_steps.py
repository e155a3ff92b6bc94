"""Somebody whose password was right and whose second step is still to come: kept in a session of nobody."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from accounts.models import User

PATIENCE_SECONDS = 600
_KEPT = "between_steps"


@dataclass(frozen=True, slots=True)
class Between:
    """Who it is, and the page of ours that was wanted."""

    user: User
    wanted: str


def begin(request: HttpRequest, user: User, *, wanted: str) -> None:
    """Remember that the password was right, for ten minutes, under a new key of the session."""
    request.session.cycle_key()
    request.session[_KEPT] = {
        "user": str(user.pk),
        "version": user.session_version,
        "until": time.time() + PATIENCE_SECONDS,
        "wanted": wanted,
    }


def find(request: HttpRequest) -> Between | None:
    """Return who is between the steps; None for nobody, too late, or once the password is another one."""
    kept = request.session.get(_KEPT)
    if kept is None or kept["until"] < time.time():
        return None
    people = User.directory.filter(pk=UUID(kept["user"]), session_version=kept["version"])
    user = people.select_related("organization").first()
    return Between(user, kept["wanted"]) if user is not None and user.is_active else None


def end(request: HttpRequest) -> None:
    request.session.pop(_KEPT, None)
