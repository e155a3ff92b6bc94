"""The list of conversations and the pages of messages: keyset pages that hold still, search, tidying."""

import base64
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from accounts.types import Actor
from config.kernel.errors import DomainError, NotFoundError
from conversations import organizing, selectors
from conversations.access import get_conversation, get_message
from conversations.cursors import Place
from conversations.errors import InvalidCursorError
from conversations.models import Conversation, Message
from conversations.organizing import ConversationChanges
from tests.conversations.turns import QUESTION, answer, ask, full_answer, talk

NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def conversations(actor: Actor, count: int, *, moment: datetime = NOON, **fields: Any) -> list[UUID]:
    """Make conversations that were all touched at the same moment."""
    with tenant_scope(actor.organization_id):
        rows = Conversation.objects.bulk_create(
            Conversation(owner_id=actor.user_id, session_id=str(uuid4()), updated_at=moment, **fields)
            for _ in range(count)
        )
    return [row.pk for row in rows]


def pages(actor: Actor, **wanted: Any) -> list[list[UUID]]:
    page = selectors.inbox(actor=actor, **wanted)
    found = [page]
    while page.cursor:
        page = selectors.inbox(actor=actor, cursor=page.cursor, **wanted)
        found.append(page)
    return [[item.id for item in page.items] for page in found]


def shown(actor: Actor, **wanted: Any) -> list[UUID]:
    return [item.id for item in selectors.inbox(actor=actor, **wanted).items]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


GARBAGE = {
    "words": "abc",
    "hebrew": "שלום",
    "marks": "%%%",
    "not utf-8": "__79",
    "too few parts": encoded("0|2026-11-24T10:00:00+00:00"),
    "no offset": encoded(f"0|2026-11-24T10:00:00|{UUID(int=1)}"),
    "no id": encoded("0|2026-11-24T10:00:00+00:00|first"),
    "before the calendar": encoded(f"0|0001-01-01T00:00:00+14:00|{UUID(int=1)}"),
    "after the calendar": encoded(f"0|9999-12-31T23:59:59-14:00|{UUID(int=1)}"),
}


def test_pages_lead_through_equal_moments_without_gap_or_repeat(actor: Actor) -> None:
    made = conversations(actor, 7)
    found = pages(actor, limit=3)
    assert [len(page) for page in found] == [3, 3, 1]
    assert sorted(chain(*found)) == sorted(made)


def test_pinned_ones_come_first_and_pages_cross_over(actor: Actor) -> None:
    plain = conversations(actor, 3, moment=NOON + timedelta(hours=1))
    pinned = conversations(actor, 3, pinned=True)
    found = pages(actor, limit=2)
    assert [len(page) for page in found] == [2, 2, 2]
    flat = list(chain(*found))
    assert (set(flat[:3]), set(flat[3:])) == (set(pinned), set(plain))


def test_what_is_new_meanwhile_does_not_move_the_next_page(actor: Actor) -> None:
    made = conversations(actor, 6)
    first = selectors.inbox(actor=actor, limit=3)
    conversations(actor, 5, moment=NOON + timedelta(minutes=1))
    second = selectors.inbox(actor=actor, limit=3, cursor=first.cursor)
    assert {item.id for item in (*first.items, *second.items)} == set(made)
    assert second.cursor is None


def test_the_latest_comes_first(actor: Actor) -> None:
    first, second = talk(actor, QUESTION), talk(actor, "מה שעות הפעילות?")
    assert shown(actor) == [second.conversation_id, first.conversation_id]
    ask(actor, "ועוד שאלה", conversation_id=first.conversation_id)
    assert shown(actor) == [first.conversation_id, second.conversation_id]


def test_everybody_sees_the_own_conversations_only(
    actor: Actor, other_member: User, manager_actor: Actor, outside_actor: Actor
) -> None:
    turn = talk(actor, QUESTION)
    for stranger in (actor_of(other_member), manager_actor, outside_actor):
        assert shown(stranger) == shown(stranger, search="חופשה") == []
        for door in (
            lambda who=stranger: get_conversation(conversation_id=turn.conversation_id, actor=who),
            lambda who=stranger: get_message(message_id=turn.answer_id, actor=who),
            lambda who=stranger: selectors.message_page(actor=who, conversation_id=turn.conversation_id),
            lambda who=stranger: selectors.message_view(actor=who, message_id=turn.answer_id),
            lambda who=stranger: selectors.stored_answer(actor=who, answer_id=turn.answer_id),
        ):
            with pytest.raises(NotFoundError):
                door()


@pytest.mark.parametrize("cursor", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_cursor_that_is_none_is_refused(actor: Actor, cursor: str) -> None:
    turn = talk(actor, QUESTION)
    with pytest.raises(InvalidCursorError) as refused:
        selectors.inbox(actor=actor, cursor=cursor)
    assert refused.value.details == {"field": "cursor"}
    with pytest.raises(InvalidCursorError) as refused:
        selectors.message_page(actor=actor, conversation_id=turn.conversation_id, before=cursor)
    assert refused.value.details == {"field": "before"}


def test_a_cursor_at_the_ends_of_the_calendar_is_one(actor: Actor) -> None:
    conversations(actor, 1)
    for year, found in ((1, 0), (9999, 1)):
        cursor = Place(datetime(year, 1, 1, tzinfo=UTC), uuid4()).encode()
        assert len(shown(actor, cursor=cursor)) == found


def test_search_looks_at_titles_and_texts(actor: Actor) -> None:
    by_title = talk(actor, "שאלה").conversation_id
    organizing.change_conversation(
        actor=actor, conversation_id=by_title, changes=ConversationChanges(title="תכנון חופשות 100%")
    )
    turn = ask(actor, "כמה מגיע לי?")
    answer(turn, "21 ימי חופשה בשנה")
    other = talk(actor, "מה הקוד של המדפסת?")
    assert shown(actor, search=" חופש ") == [turn.conversation_id, by_title]
    assert shown(actor, search="המדפסת") == [other.conversation_id]
    assert shown(actor, search="0%") == [by_title]
    assert shown(actor, search="_") == []
    assert len(shown(actor, search="   ")) == 3


def test_search_finds_a_conversation_once_and_in_pages(actor: Actor) -> None:
    turns = [talk(actor, "חופשה?", "ועוד חופשה?") for _ in range(3)]
    found = pages(actor, limit=2, search="חופשה")
    assert found == [[turns[2].conversation_id, turns[1].conversation_id], [turns[0].conversation_id]]


def test_archived_ones_have_a_list_of_their_own(actor: Actor) -> None:
    kept, archived = (talk(actor, QUESTION).conversation_id for _ in range(2))
    row = organizing.change_conversation(
        actor=actor, conversation_id=archived, changes=ConversationChanges(archived=True)
    )
    assert selectors.conversation_ref(row).archived
    assert (shown(actor), shown(actor, archived=True)) == ([kept], [archived])
    organizing.change_conversation(
        actor=actor, conversation_id=archived, changes=ConversationChanges(archived=False)
    )
    assert shown(actor, archived=True) == []


def test_a_change_leaves_the_rest_as_another_page_made_it(
    actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = talk(actor, QUESTION)

    def read_then_pinned_elsewhere(**wanted: Any) -> Conversation:
        row = get_conversation(**wanted)
        Conversation.objects.filter(pk=row.pk).update(pinned=True)
        return row

    monkeypatch.setattr(organizing, "get_conversation", read_then_pinned_elsewhere)
    organizing.change_conversation(
        actor=actor, conversation_id=turn.conversation_id, changes=ConversationChanges(archived=True)
    )
    (item,) = selectors.inbox(actor=actor, archived=True).items
    assert (item.pinned, item.archived) == (True, True)


@pytest.mark.parametrize(
    ("title", "code"), [("", "empty_text"), ("\u202e", "empty_text"), ("א" * 201, "text_too_long")]
)
def test_a_title_has_words_and_a_limit(actor: Actor, title: str, code: str) -> None:
    turn = talk(actor, QUESTION)
    with pytest.raises(DomainError) as refused:
        organizing.change_conversation(
            actor=actor, conversation_id=turn.conversation_id, changes=ConversationChanges(title=title)
        )
    assert refused.value.code == code
    assert selectors.inbox(actor=actor).items[0].title == QUESTION


def test_a_deleted_conversation_is_gone_until_it_is_restored(actor: Actor) -> None:
    turn = talk(actor, QUESTION, session_id="session123")
    organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    assert shown(actor) == shown(actor, search="חופשה") == []
    with pytest.raises(NotFoundError):
        selectors.message_view(actor=actor, message_id=turn.answer_id)
    with pytest.raises(NotFoundError):
        organizing.delete_conversation(actor=actor, conversation_id=turn.conversation_id)
    row = organizing.restore_conversation(actor=actor, conversation_id=turn.conversation_id)
    assert (row.session_id, shown(actor)) == ("session123", [turn.conversation_id])


@pytest.mark.parametrize("session_id", ["session123", None], ids=["chosen", "own id"])
def test_a_restored_conversation_leaves_its_name_to_who_has_it_now(
    actor: Actor, session_id: str | None
) -> None:
    first = talk(actor, QUESTION, session_id=session_id)
    organizing.delete_conversation(actor=actor, conversation_id=first.conversation_id)
    second = talk(actor, QUESTION, session_id=first.session_id)
    row = organizing.restore_conversation(actor=actor, conversation_id=first.conversation_id)
    assert row.session_id != first.session_id
    assert set(shown(actor)) == {first.conversation_id, second.conversation_id}
    assert ask(actor, session_id=first.session_id).conversation_id == second.conversation_id
    assert ask(actor, session_id=row.session_id).conversation_id == first.conversation_id


def test_restoring_what_is_not_deleted_changes_nothing(actor: Actor, outside_actor: Actor) -> None:
    turn = talk(actor, QUESTION, session_id="session123")
    row = organizing.restore_conversation(actor=actor, conversation_id=turn.conversation_id)
    assert (row.session_id, row.deleted_at) == ("session123", None)
    for person, conversation_id in ((outside_actor, turn.conversation_id), (actor, uuid4())):
        with pytest.raises(NotFoundError):
            organizing.restore_conversation(actor=person, conversation_id=conversation_id)


def test_messages_come_oldest_first_from_the_latest_page_back(actor: Actor) -> None:
    turn = talk(actor, "אחת", "שתיים", "שלוש")
    pages_back = [selectors.message_page(actor=actor, conversation_id=turn.conversation_id, limit=4)]
    while pages_back[-1].earlier:
        pages_back.append(
            selectors.message_page(
                actor=actor, conversation_id=turn.conversation_id, limit=4, before=pages_back[-1].earlier
            )
        )
    texts = [[item.text for item in page.items] for page in pages_back]
    assert texts == [["שתיים", "תשובה: שתיים", "שלוש", "תשובה: שלוש"], ["אחת", "תשובה: אחת"]]


def test_pages_of_messages_hold_still_at_equal_moments(actor: Actor) -> None:
    turn = talk(actor, "אחת", "שתיים", "שלוש")
    with tenant_scope(actor.organization_id):
        Message.objects.filter(conversation_id=turn.conversation_id).update(created_at=NOON)
    seen: list[UUID] = []
    before = None
    while before is not None or not seen:
        page = selectors.message_page(
            actor=actor, conversation_id=turn.conversation_id, limit=4, before=before
        )
        seen = [item.id for item in page.items] + seen
        before = page.earlier
    assert len(seen) == len(set(seen)) == 6
    assert seen == sorted(seen)


def test_a_message_is_shown_with_its_citations_in_order(
    actor: Actor, django_assert_max_num_queries: Any
) -> None:
    turn = ask(actor)
    full_answer(turn)
    for _ in range(4):
        full_answer(ask(actor, conversation_id=turn.conversation_id))
    with django_assert_max_num_queries(6):
        page = selectors.message_page(actor=actor, conversation_id=turn.conversation_id)
    assert len(page.items) == 10
    assert [citation.number for citation in page.items[1].citations] == [1, 2]
    assert page.items[1] == selectors.message_view(actor=actor, message_id=turn.answer_id)
    with pytest.raises(NotFoundError):
        selectors.stored_answer(actor=actor, answer_id=turn.question_id)
