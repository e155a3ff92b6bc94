"""Conversations by REST: what a program lists, changes, reads and judges, and how it is refused."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.access import actor_of
from accounts.models import User
from accounts.types import Actor
from conversations.types import Turn
from tests.conftest import ApiClientOf
from tests.conversations.turns import QUESTION, ask, full_answer, talk

CONVERSATIONS = "/api/v1/conversations"


@pytest.fixture
def client(api: ApiClientOf, member: User) -> APIClient:
    return api(member)


@pytest.fixture
def turn(actor: Actor) -> Turn:
    turn = ask(actor, session_id="session123")
    full_answer(turn)
    return turn


def listed(client: APIClient, **query: Any) -> list[str]:
    response = client.get(CONVERSATIONS, query)
    assert response.status_code == 200
    return [item["id"] for item in response.json()["results"]]


def addresses(turn: Turn) -> list[tuple[str, str]]:
    one, messages = f"{CONVERSATIONS}/{turn.conversation_id}", "/api/v1/messages"
    return [
        ("get", one),
        ("patch", one),
        ("delete", one),
        ("post", f"{one}/restore"),
        ("get", f"{one}/messages"),
        ("get", f"{messages}/{turn.answer_id}"),
        ("put", f"{messages}/{turn.answer_id}/feedback"),
        ("delete", f"{messages}/{turn.answer_id}/feedback"),
    ]


def test_the_list_leads_on_by_its_cursor(client: APIClient, actor: Actor) -> None:
    made = [str(talk(actor, f"שאלה {number}").conversation_id) for number in range(3)]
    first = client.get(CONVERSATIONS, {"limit": 2}).json()
    second = client.get(CONVERSATIONS, {"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in first["results"] + second["results"]] == made[::-1]
    assert second["next_cursor"] is None
    fields = {"id", "session_id", "title", "pinned", "archived", "updated_at"}
    assert set(first["results"][0]) == fields | {"excerpt", "found_message_id"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"cursor": "שלום"}, "invalid_cursor"),
        ({"cursor": "x" * 201}, "invalid_input"),
        ({"limit": 0}, "invalid_input"),
        ({"limit": 101}, "invalid_input"),
        ({"limit": "הרבה"}, "invalid_input"),
        ({"archived": "אולי"}, "invalid_input"),
        ({"search": "א\x00ב"}, "invalid_input"),
    ],
)
def test_a_list_that_cannot_be_asked_for_is_refused(
    client: APIClient, query: dict[str, Any], code: str
) -> None:
    response = client.get(CONVERSATIONS, query)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_refusals_speak_hebrew_and_english(client: APIClient) -> None:
    hebrew = client.get(CONVERSATIONS, {"cursor": "x"})
    english = client.get(CONVERSATIONS, {"cursor": "x"}, headers={"accept-language": "en"})
    assert english.json()["message"] == "The cursor is not valid."
    assert hebrew.json()["message"] != english.json()["message"]


def test_a_session_id_begins_a_conversation_once(client: APIClient) -> None:
    body = {"session_id": "session123", "title": "חופשות"}
    first, again = (client.post(CONVERSATIONS, body, format="json") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["title"], first.json()["session_id"]) == ("חופשות", "session123")


def test_without_anything_a_conversation_begins_under_its_own_id(client: APIClient) -> None:
    response = client.post(CONVERSATIONS, {}, format="json")
    assert response.status_code == 201
    assert response.json()["session_id"] == response.json()["id"]
    assert client.post(CONVERSATIONS, {"session_id": None}, format="json").status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"session_id": ""}, "invalid_session_id"),
        ({"session_id": "s" * 65}, "invalid_session_id"),
        ({"session_id": "a\u202eb"}, "invalid_session_id"),
        ({"title": "א" * 201}, "text_too_long"),
        ({"title": "\u2066"}, "empty_text"),
        ({"title": "א\x00ב"}, "invalid_input"),
        ({"title": ["חופשות"]}, "invalid_input"),
        (["חופשות"], "invalid_input"),
        ({"titel": "חופשות"}, "invalid_input"),
    ],
)
def test_a_conversation_that_cannot_begin_is_refused(client: APIClient, body: Any, code: str) -> None:
    response = client.post(CONVERSATIONS, body, format="json")
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert listed(client) == []


def test_a_conversation_is_renamed_pinned_and_archived(client: APIClient, turn: Turn) -> None:
    one = f"{CONVERSATIONS}/{turn.conversation_id}"
    for changes in ({"title": "חופשות"}, {"pinned": True}, {"archived": True}):
        response = client.patch(one, changes, format="json")
        assert response.status_code == 200
        assert changes.items() <= response.json().items()
    now = client.get(one).json()
    assert (now["title"], now["pinned"], now["archived"]) == ("חופשות", True, True)
    assert client.patch(one, {}, format="json").json() == now
    assert (listed(client), listed(client, archived=True)) == ([], [str(turn.conversation_id)])


@pytest.mark.parametrize(
    "changes", [{"pinned": None}, {"pinned": "אולי"}, {"title": ""}, [], {"pined": True}]
)
def test_a_change_that_cannot_be_made_is_refused(client: APIClient, turn: Turn, changes: Any) -> None:
    one = f"{CONVERSATIONS}/{turn.conversation_id}"
    before = client.get(one).json()
    assert client.patch(one, changes, format="json").status_code == 400
    assert client.get(one).json() == before


def test_a_deletion_is_taken_back(client: APIClient, turn: Turn) -> None:
    one = f"{CONVERSATIONS}/{turn.conversation_id}"
    assert client.delete(one).status_code == 204
    assert [client.get(one).status_code, client.delete(one).status_code] == [404, 404]
    assert client.get(f"{one}/messages").status_code == 404
    assert client.post(f"{one}/restore").json()["session_id"] == "session123"
    assert listed(client, search="חופשה") == [str(turn.conversation_id)]


def test_messages_come_with_citations_and_the_own_verdict(client: APIClient, turn: Turn) -> None:
    feedback = client.put(f"/api/v1/messages/{turn.answer_id}/feedback", {"rating": "up"}, format="json")
    assert (feedback.status_code, feedback.json()["rating"]) == (200, "up")
    page = client.get(f"{CONVERSATIONS}/{turn.conversation_id}/messages").json()
    asked, answered = page["results"]
    assert (asked["text"], asked["role"], asked["id"]) == (QUESTION, "user", str(turn.question_id))
    assert (answered["status"], answered["rating"]) == ("complete", "up")
    assert [citation["number"] for citation in answered["citations"]] == [1, 2]
    assert page["earlier_cursor"] is None
    assert client.get(f"/api/v1/messages/{turn.answer_id}").json() == answered
    assert client.delete(f"/api/v1/messages/{turn.answer_id}/feedback").status_code == 204
    assert client.get(f"/api/v1/messages/{turn.answer_id}").json()["rating"] == ""


def test_a_page_of_messages_leads_back(client: APIClient, turn: Turn) -> None:
    messages = f"{CONVERSATIONS}/{turn.conversation_id}/messages"
    latest = client.get(messages, {"limit": 1}).json()
    before = client.get(messages, {"limit": 1, "before": latest["earlier_cursor"]}).json()
    assert [latest["results"][0]["id"], before["results"][0]["id"]] == [
        str(turn.answer_id),
        str(turn.question_id),
    ]
    refused = client.get(messages, {"before": "garbage"})
    assert (refused.status_code, refused.json()["details"]) == (400, {"field": "before"})


@pytest.mark.parametrize(
    "verdict",
    [
        *({}, {"rating": "maybe"}, {"rating": "up", "reason": "x" * 65}, {"rating": None}, "up"),
        {"rating": "down", "coment": "לא מדויק"},
    ],
)
def test_a_verdict_that_says_nothing_is_refused(client: APIClient, turn: Turn, verdict: Any) -> None:
    response = client.put(f"/api/v1/messages/{turn.answer_id}/feedback", verdict, format="json")
    assert response.status_code == 400


def test_an_answer_that_is_still_written_is_not_judged(client: APIClient, actor: Actor) -> None:
    still_open = ask(actor)
    response = client.put(
        f"/api/v1/messages/{still_open.answer_id}/feedback", {"rating": "up"}, format="json"
    )
    assert (response.status_code, response.json()["code"]) == (409, "answer_in_progress")


@pytest.mark.parametrize("stranger", ["other_member", "manager", "outsider", "outside_manager"])
def test_what_is_somebody_elses_looks_absent(
    api: ApiClientOf, turn: Turn, stranger: str, request: pytest.FixtureRequest
) -> None:
    client = api(request.getfixturevalue(stranger))
    absent = Turn(uuid4(), "none", uuid4(), uuid4(), turn.organization_id, turn.user_id, "", created=True)
    for (method, foreign), (_method, nowhere) in zip(addresses(turn), addresses(absent), strict=True):
        body = {"rating": "up"} if foreign.endswith("/feedback") else {"title": "שלי"}
        answers = [getattr(client, method)(url, body, format="json") for url in (foreign, nowhere)]
        assert [answer.status_code for answer in answers] == [404, 404], foreign
        assert answers[0].json() == answers[1].json()
    assert listed(client) == []


def test_without_a_token_nothing_opens(api: ApiClientOf, turn: Turn) -> None:
    for method, address in [*addresses(turn), ("get", CONVERSATIONS), ("post", CONVERSATIONS)]:
        response = getattr(api(), method)(address, {}, format="json")
        assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


def test_two_peoples_lists_never_mix(api: ApiClientOf, member: User, other_member: User) -> None:
    own, other = (talk(actor_of(person), QUESTION, session_id="s") for person in (member, other_member))
    assert listed(api(member)) == [str(own.conversation_id)]
    assert listed(api(other_member)) == [str(other.conversation_id)]
