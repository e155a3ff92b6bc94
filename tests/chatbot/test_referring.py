"""A question without a clear answer is sent to the managers by its asker; an approved answer closes it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async

from accounts.access import actor_of
from accounts.models import AuditEntry, Department, User
from accounts.tenancy import tenant_scope
from config.kernel.outbox.relay import relay
from conversations.models import Referral
from conversations.organizing import delete_conversation
from conversations.types import MessageStatus, Turn
from retrieval import approved
from retrieval.approved import Approval
from retrieval.models import ApprovedAnswer
from tests.chatbot.conftest import Chat
from tests.conftest import ApiClientOf, BrowserOf
from tests.conversations.turns import answer, ask

QUESTION = "מי מאשר נסיעה לחוץ לארץ?"
ANSWER = "נועה מאשרת כל נסיעה לחוץ לארץ."
LIST = "/admin/conversations/referral/"

pytestmark = pytest.mark.django_db(transaction=True)


def refused(person: User, text: str = QUESTION, **fields: Any) -> Turn:
    turn = ask(actor_of(person), text, **fields)
    answer(turn, "לא נמצאה תשובה ברורה.", status=MessageStatus.REFUSED)
    return turn


def approve(manager: User, questions: str = QUESTION, **wanted: Any) -> ApprovedAnswer:
    approval = Approval(questions, ANSWER, **wanted)
    return approved.save_answer(actor=actor_of(manager), answer=ApprovedAnswer(), approval=approval)


def address(answer_id: UUID) -> str:
    return f"/api/v1/answers/{answer_id}/refer"


def kept(person: User) -> list[Referral]:
    with tenant_scope(person.organization_id):
        return list(Referral.objects.order_by("created_at"))


def trail(person: User) -> list[str]:
    with tenant_scope(person.organization_id):
        found = AuditEntry.objects.filter(action__startswith="question.").order_by("number")
        return list(found.values_list("action", flat=True))


def test_a_refused_question_is_sent_once_with_who_and_when(member: User, api: ApiClientOf) -> None:
    turn = refused(member)
    sent = api(member).post(address(turn.answer_id))
    assert (sent.status_code, sent.json()["state"], sent.json()["text"]) == (201, "open", QUESTION)
    again = api(member).post(address(turn.answer_id))
    assert (again.status_code, again.json()) == (200, sent.json())
    [row] = kept(member)
    assert (row.asker_id, row.question_id, row.text) == (member.pk, turn.question_id, QUESTION)
    assert trail(member) == ["question.referred"]
    shown = api(member).get(f"/api/v1/messages/{turn.answer_id}").json()
    assert shown["referral"] == "open"


def test_an_answer_of_low_confidence_may_be_sent_and_a_clear_one_may_not(
    member: User, api: ApiClientOf
) -> None:
    unsure, sure, talk = (ask(actor_of(member), f"{QUESTION} {number}") for number in range(3))
    answer(unsure, "אולי נועה.", confidence=0.4, confidence_level="low")
    answer(sure, "נועה.", confidence=0.9, confidence_level="high")
    answer(talk, "שלום!")
    assert api(member).post(address(unsure.answer_id)).status_code == 201
    for turn in (sure, talk):
        told = api(member).post(address(turn.answer_id))
        assert (told.status_code, told.json()["code"]) == (409, "answered_clearly")


def test_a_question_that_goes_on_is_sent_with_the_one_before(member: User, api: ApiClientOf) -> None:
    first = refused(member)
    then = refused(
        member,
        "ומה לגבי נסיעה בארץ?",
        conversation_id=first.conversation_id,
        parent_id=first.answer_id,
    )
    sent = api(member).post(address(then.answer_id)).json()
    assert sent["text"] == f"{QUESTION} ומה לגבי נסיעה בארץ?"


@pytest.mark.parametrize("who", ["other_member", "outsider", "manager"])
def test_nobody_sends_anothers_question(
    member: User, api: ApiClientOf, who: str, request: pytest.FixtureRequest
) -> None:
    turn = refused(member)
    stranger: User = request.getfixturevalue(who)
    for answer_id in (turn.answer_id, uuid4()):
        assert api(stranger).post(address(answer_id)).status_code == 404
    assert api(member).post(address(turn.question_id)).status_code == 404
    delete_conversation(actor=actor_of(member), conversation_id=turn.conversation_id)
    assert api(member).post(address(turn.answer_id)).status_code == 404
    assert kept(member) == []


def test_the_list_leads_to_an_approved_answer_and_that_closes_the_question(
    member: User, manager: User, api: ApiClientOf, browser: BrowserOf
) -> None:
    turn = refused(member)
    api(member).post(address(turn.answer_id))
    page = browser(manager)
    listed = page.get(LIST).content.decode()
    assert QUESTION in listed
    assert member.get_full_name() in listed
    [link] = [part.split('"')[0] for part in listed.split('href="') if "approvedanswer/add/?" in part[:80]]
    address_ = link.replace("&amp;", "&")
    assert parse_qs(urlsplit(address_).query)["questions"] == [QUESTION]
    assert QUESTION in page.get(address_).content.decode()
    form = {"questions": QUESTION, "answer": ANSWER, "state": "approved"}
    page.post("/admin/retrieval/approvedanswer/add/", form)
    relay()
    [row] = kept(member)
    with tenant_scope(member.organization_id):
        written = ApprovedAnswer.objects.get()
    assert (row.state, row.approved_answer_id, row.answered_by_id) == ("answered", written.pk, None)
    assert f"/admin/retrieval/approvedanswer/{written.pk}/change/" in page.get(LIST).content.decode()
    assert api(member).get(f"/api/v1/messages/{turn.answer_id}").json()["referral"] == "answered"
    assert trail(member) == ["question.referred", "question.answered"]


def test_an_approved_answer_closes_no_other_question_and_none_of_whom_it_is_not_for(
    member: User, manager: User, api: ApiClientOf, other_department: Department
) -> None:
    for text in (QUESTION, "מתי נפתח המשרד?"):
        api(member).post(address(refused(member, text).answer_id))
    approve(manager, department_ids=[other_department.pk])
    approve(manager, "מי מאשר הלוואה?")
    approve(manager, is_approved=False)
    relay()
    assert [row.state for row in kept(member)] == ["open", "open"]
    approve(manager)
    relay()
    assert [row.state for row in kept(member)] == ["answered", "open"]


def test_managers_close_and_reopen_by_hand_in_their_own_organization_alone(
    member: User, manager: User, outside_manager: User, api: ApiClientOf, browser: BrowserOf
) -> None:
    api(member).post(address(refused(member).answer_id))
    [row] = kept(member)
    for person, action, state in (
        (outside_manager, "close", "open"),
        (manager, "close", "answered"),
        (outside_manager, "reopen", "answered"),
        (manager, "reopen", "open"),
    ):
        browser(person).post(LIST, {"action": action, "_selected_action": [str(row.pk)]})
        assert [each.state for each in kept(member)] == [state]
    assert trail(member) == ["question.referred", "question.answered", "question.reopened"]


async def test_the_page_offers_it_once_and_says_what_became_of_it(
    member: User, chat: Callable[[User], Chat], api: ApiClientOf, browser: BrowserOf
) -> None:
    def page() -> str:
        return browser(member).get(f"/c/{turn.conversation_id}/").content.decode()

    turn = await sync_to_async(refused)(member)
    offer, sent = 'data-action="refer">', "השאלה נשלחה לצוות הידע."
    assert offer in await sync_to_async(page)()
    async with chat(member) as talk:
        await talk.until("hello")
        await sync_to_async(lambda: api(member).post(address(turn.answer_id)))()
        await talk.event("conversation")
    shown = await sync_to_async(page)()
    assert 'data-action="refer" hidden>' in shown
    assert f'<span data-part="referred" tabindex="-1">{sent}' in shown
