"""What a conversation is called: by programs (session id) and by people (title)."""

import re
from uuid import uuid4

from accounts.types import Actor
from conversations.errors import InvalidSessionIdError
from conversations.models import Conversation

SESSION_ID_LENGTH = 64
TITLE_LENGTH = 60


def check_session_id(session_id: str | None) -> None:
    """Raise InvalidSessionIdError for a name that is empty, long or holds what cannot be printed."""
    if session_id is not None and not (0 < len(session_id) <= SESSION_ID_LENGTH and session_id.isprintable()):
        raise InvalidSessionIdError


def automatic_title(question: str) -> str:
    """Return the question's first words, about TITLE_LENGTH characters, cut between words."""
    line = " ".join(question.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return re.sub(r"\s+\S*$", "", line[: TITLE_LENGTH + 1])[:TITLE_LENGTH] + "…"


def named_conversation(*, actor: Actor, session_id: str | None) -> tuple[Conversation, bool]:
    """Return the actor's conversation of that name and whether it is new; a new one without a name uses its
    id.

    Call inside of `tenant_scope`. Two first uses at once get the same conversation.
    """
    new_id = uuid4()
    conversation, is_new = Conversation.objects.filter(deleted_at=None).get_or_create(
        owner_id=actor.user_id,
        session_id=session_id or str(new_id),
        defaults={"id": new_id, "organization_id": actor.organization_id},
    )
    return conversation, is_new
