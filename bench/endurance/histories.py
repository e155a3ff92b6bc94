"""Fills the database with what people have after years, straight into its tables.

Runs in the product's environment, and prints the ids of the conversations that are measured:
`{"long", "short", "asked", "fresh"}`.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

LONG, SHORT, ASKED, FRESH = 10_000, 20, 1_998, 2  # messages
MANY = 5_000  # conversations
TEXT = "מכסת החופשה השנתית תלויה בוותק, ואת הבקשה מגישים במערכת הנוכחות שבועיים מראש. " * 4


def fill(many: str, few: str) -> dict[str, str]:
    """Give the person `many` the conversations, and both a short one."""
    from accounts.models import User  # noqa: PLC0415  after Django's set-up
    from accounts.tenancy import tenant_scope  # noqa: PLC0415

    found: dict[str, str] = {}
    for username, sizes in ((many, {"long": LONG, "asked": ASKED}), (few, {"short": SHORT, "fresh": FRESH})):
        person = User.directory.get(username=username)
        with tenant_scope(person.organization_id):
            found |= {name: conversation_of(person, size) for name, size in sizes.items()}
            if username == many:
                conversations_of(person, MANY)
    return found


def conversation_of(person: Any, size: int) -> str:
    """Add a conversation of `size` messages, each after the one before; return its id."""
    from conversations.models import Conversation, Message  # noqa: PLC0415

    conversation = Conversation.objects.create(owner=person, session_id=f"{uuid4()}", title="חופשות")
    began = conversation.created_at - timedelta(days=900)
    parent: Any = None
    messages = []
    for number in range(size):
        fields = {"role": "assistant" if number % 2 else "user", "status": "complete", "text": TEXT}
        message = Message(
            conversation=conversation,
            organization_id=person.organization_id,
            author=person,
            parent=parent,
            created_at=began + timedelta(minutes=number),
            **fields,
        )
        messages.append(message)
        parent = message
    Message.objects.bulk_create(messages, batch_size=1_000)
    return str(conversation.pk)


def conversations_of(person: Any, count: int) -> None:
    from conversations.models import Conversation  # noqa: PLC0415

    lines = [
        Conversation(
            owner=person,
            organization_id=person.organization_id,
            session_id=f"{uuid4()}",
            title=f"שיחה {number}",
        )
        for number in range(count)
    ]
    Conversation.objects.bulk_create(lines, batch_size=1_000)


def main(arguments: Sequence[str]) -> None:
    import django  # noqa: PLC0415

    django.setup()
    many, few = arguments
    print(json.dumps(fill(many, few)))


if __name__ == "__main__":
    main(sys.argv[1:])
