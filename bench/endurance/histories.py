"""Fills the database with what people have after years, straight into its tables.

Runs in the product's environment, and prints the ids of the conversations that are measured, and the cursor
of the page at the far end of the vast one: `{"long", "short", "asked", "fresh", "vast", "far"}`.
"""

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

LONG, SHORT, ASKED, FRESH = 10_000, 100, 1_998, 2  # messages; a page has 50
VAST = 500_000  # messages, written by the database itself
MANY, PAGE = 5_000, 30  # conversations; the growth of a list is that beyond its first page
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
            conversations_of(person, MANY if username == many else PAGE)
            if username == many:
                found["vast"], found["far"] = vast_conversation_of(person)
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


def vast_conversation_of(person: Any) -> tuple[str, str]:
    """Add a conversation of half a million messages; return its id and the cursor behind its first page."""
    from django.db import connection  # noqa: PLC0415

    from conversations.cursors import Place  # noqa: PLC0415
    from conversations.models import Message  # noqa: PLC0415

    conversation_id = conversation_of(person, 1)
    first = Message.objects.get(conversation_id=conversation_id)
    other = {
        "id": "md5(%(key)s || n)::uuid",
        "parent_id": "CASE n WHEN 1 THEN t.id ELSE md5(%(key)s || (n - 1))::uuid END",
        "role": "CASE n %% 2 WHEN 1 THEN 'assistant' ELSE 'user' END",
        "created_at": "t.created_at + n * interval '1 second'",
    }
    columns = [field.attname for field in Message._meta.concrete_fields]
    values = ", ".join(other.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            f'INSERT INTO "{Message._meta.db_table}" ({names}) SELECT {values} '  # noqa: S608  our own names
            f'FROM "{Message._meta.db_table}" t, generate_series(1, {VAST}) n WHERE t.id = %(id)s',
            {"key": f"{first.pk}", "id": first.pk},
        )
        cursor.execute(f'ANALYZE "{Message._meta.db_table}"')
    near = Message.objects.filter(conversation_id=conversation_id).order_by("created_at", "id")[SHORT]
    return conversation_id, Place(near.created_at, near.pk).encode()


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
