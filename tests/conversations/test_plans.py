"""Long lists and long conversations are read by their indexes: a page costs what it shows, wherever it is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.types import Actor
from conversations.reading import BranchPlace, branch_page
from conversations.selectors import inbox, message_page
from tests.conversations.turns import talk

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the plans are read in SQLite's words")


def plans(read: Callable[[], object], table: str) -> list[str]:
    """Return how SQLite carries out each query that sorts rows of the table."""
    with CaptureQueriesContext(connection) as captured:
        read()
    found: list[str] = []
    for query in captured.captured_queries:
        sql = query["sql"]
        if f'FROM "{table}"' in sql and "ORDER BY" in sql and "LIMIT" in sql:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                found.append(" | ".join(str(row[-1]) for row in cursor.fetchall()))
    return found


def sorts(plan: str) -> bool:
    return "TEMP B-TREE FOR ORDER BY" in plan


def test_a_page_of_the_list_is_read_in_the_order_of_its_index(actor: Actor) -> None:
    for number in range(4):
        talk(actor, f"שיחה {number}")
    cursor = inbox(actor=actor, limit=2).cursor
    found = plans(lambda: inbox(actor=actor, limit=2, cursor=cursor), "conversations_conversation")
    assert len(found) == 1
    assert "conversation_inbox" in found[0]
    assert not sorts(found[0])


def test_a_page_of_messages_begins_in_the_index_where_the_cursor_says(actor: Actor) -> None:
    turn = talk(actor, "א", "ב", "ג")
    place: dict[str, Any] = {"actor": actor, "conversation_id": turn.conversation_id, "limit": 2}
    before = message_page(**place).earlier
    (plan,) = plans(lambda: message_page(**place, before=before), "conversations_message")
    assert "message_history (conversation_id=? AND created_at<?)" in plan
    assert not sorts(plan)


def test_a_branch_is_read_by_windows_of_the_index(actor: Actor) -> None:
    turn = talk(actor, "א", "ב", "ג")
    place: dict[str, Any] = {"actor": actor, "conversation_id": turn.conversation_id, "limit": 2}
    before = branch_page(**place, place=BranchPlace()).earlier
    found = plans(lambda: branch_page(**place, place=BranchPlace(before=before)), "conversations_message")
    windows = [plan for plan in found if "created_at<?" in plan]
    assert windows
    assert not any(map(sorts, windows))
