"""How questions are looked for among very many, in the words of SQLite."""

from uuid import uuid4

import pytest
from django.db import connection

from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.database import refresh_statistics
from conversations.models import Message
from tests.conversations.turns import ask

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts its tables by itself"),
]


def test_a_few_questions_are_looked_for_by_their_ids_once_the_tables_were_counted(
    actor: Actor,
) -> None:
    turn = ask(actor)
    with tenant_scope(actor.organization_id):
        question = Message.objects.get(pk=turn.question_id)
        for _number in range(300):
            question.pk = uuid4()
            question.save(force_insert=True)
        rows = Message.objects.filter(pk__in=[uuid4() for _number in range(50)])
        assert "organization_id" in rows.explain()
        refresh_statistics()
        assert "autoindex" in rows.explain()
