"""What can be done with a conversation without script: every form does what its button says."""

import pytest

from accounts.access import actor_of
from accounts.models import User
from conversations.access import get_conversation
from conversations.models import Conversation
from tests.conftest import BrowserOf
from tests.web.test_chat_page import ask


def act(browser: BrowserOf, person: User, conversation: Conversation, action: str, **fields: str) -> str:
    url = f"/c/{conversation.pk}/settings/"
    response = browser(person).post(url, {"action": action, **fields})
    assert response.status_code == 302
    return response.headers["Location"]


@pytest.fixture
def conversation(member: User) -> Conversation:
    return now_of(member, ask(member).conversation_id)


def now_of(member: User, conversation_id: object) -> Conversation:
    return get_conversation(conversation_id=conversation_id, actor=actor_of(member))  # type: ignore[arg-type]


def test_the_page_offers_everything(browser: BrowserOf, member: User, conversation: Conversation) -> None:
    html = browser(member).get(f"/c/{conversation.pk}/settings/").content.decode()
    for action in ("rename", "pin", "archive", "delete", "share"):
        assert f'value="{action}"' in html
    for kind in ("docx", "markdown", "json"):
        assert f"export?type={kind}" in html


def test_naming_pinning_archiving_and_back(
    browser: BrowserOf, member: User, conversation: Conversation
) -> None:
    act(browser, member, conversation, "rename", title="חופשות")
    act(browser, member, conversation, "pin")
    act(browser, member, conversation, "archive")
    changed = now_of(member, conversation.pk)
    assert (changed.title, changed.pinned, changed.archived_at is not None) == ("חופשות", True, True)
    act(browser, member, conversation, "unpin")
    act(browser, member, conversation, "unarchive")
    changed = now_of(member, conversation.pk)
    assert (changed.pinned, changed.archived_at) == (False, None)


def test_a_deletion_is_offered_back_on_the_next_page(
    browser: BrowserOf, member: User, conversation: Conversation
) -> None:
    address = act(browser, member, conversation, "delete")
    html = browser(member).get(address).content.decode()
    assert f'action="/c/{conversation.pk}/settings/"' in html
    assert act(browser, member, conversation, "restore") == f"/c/{conversation.pk}/"
    assert now_of(member, conversation.pk).deleted_at is None


def test_a_name_without_words_is_refused_on_the_page(
    browser: BrowserOf, member: User, conversation: Conversation
) -> None:
    response = browser(member).post(f"/c/{conversation.pk}/settings/", {"action": "rename", "title": " "})
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


@pytest.mark.parametrize("action", ["", "explode", "rename"])
def test_nonsense_is_a_bad_request(
    browser: BrowserOf, member: User, conversation: Conversation, action: str
) -> None:
    response = browser(member).post(f"/c/{conversation.pk}/settings/", {"action": action})
    assert response.status_code == 400


def test_a_search_shows_where_the_words_are(browser: BrowserOf, member: User) -> None:
    turn = ask(member, "איפה מחנים ליד הבניין?")
    ask(member, "כמה ימי חופשה?")
    html = browser(member).get("/?q=הבניין").content.decode()
    assert html.count('class="conversations__link"') == 2  # the line found, and the script's template
    assert f"/c/{turn.conversation_id}/?at={turn.question_id}" in html
    assert "לא נמצאו שיחות" in browser(member).get("/?q=nothing").content.decode()
