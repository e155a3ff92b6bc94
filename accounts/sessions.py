"""Where browser sessions are kept: Django's engine, on a table that says whose each one is."""

import time
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils.timezone import now
from typing_extensions import override

from accounts.devices import device_of
from accounts.models import Session

SEEN_EVERY_SECONDS = 600
_SIGN_IN = "sign_in"


class SessionStore(db.SessionStore):
    """What `settings.SESSION_ENGINE` names."""

    @classmethod
    @override
    def get_model_class(cls) -> type[Session]:
        return Session

    @override
    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        if SESSION_KEY in data:
            session.user_id = UUID(data[SESSION_KEY])
        if _SIGN_IN in data:
            known = data[_SIGN_IN]
            session.sign_in_id, session.device = UUID(known["id"]), known["device"]
            session.began_at = datetime.fromisoformat(known["began_at"])
            session.expire_date = min(session.expire_date, session.began_at + settings.SIGN_IN_LIFETIME)
        return session


def remember_sign_in(*, request: HttpRequest, **_signal: object) -> None:
    """Write into the session of somebody who has just signed in when that was, and on what."""
    device = device_of(request.headers.get("user-agent", ""))
    request.session[_SIGN_IN] = {"id": str(uuid4()), "device": device, "began_at": now().isoformat()}


def note_use(session_key: str) -> None:
    """Note that a session is used, every ten minutes at most: not every request is worth a write."""
    _note_use(session_key, int(time.time() // SEEN_EVERY_SECONDS))


@lru_cache(maxsize=4096)
def _note_use(session_key: str, _period: int) -> None:
    Session.objects.filter(session_key=session_key).update(seen_at=now())
