"""An answer that a manager approved is used first, in its own words, and marked as such."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils.timezone import localdate

from accounts.access import actor_of
from accounts.models import AuditEntry, Department, User
from accounts.tenancy import tenant_scope
from accounts.tokens import access_token
from retrieval import approved, services
from retrieval.approved import Approval
from retrieval.models import ApprovedAnswer, Document
from tests.chatbot.conftest import Chat, Frame
from tests.conftest import BrowserOf

ANSWER = "כל הבקשות לחופשה מאושרות על ידי **נועה** בלבד, בתוך יומיים."
WAYS = "מי מאשר את הבקשה לחופשה?\nאצל מי מאשרים חופשה?"
ASKED = "מי מאשר את הבקשה לחופשה?"
LIST = "/admin/retrieval/approvedanswer/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


def save(manager: User, *, row: ApprovedAnswer | None = None, **wanted: Any) -> ApprovedAnswer:
    approval = Approval(**{"questions": WAYS, "answer": ANSWER, **wanted})
    return approved.save_answer(actor=actor_of(manager), answer=row or ApprovedAnswer(), approval=approval)


approve = sync_to_async(save)


def vacation(manager: User) -> UUID:
    with tenant_scope(manager.organization_id):
        found: UUID = Document.objects.get(title="נוהל חופשה").pk
    return found


async def answered(talk: Chat, text: str = ASKED, client_id: str = "") -> Frame:
    await talk.ask(client_id=client_id or text, text=text)
    return (await talk.until("done"))[-1]


async def post(person: User, url: str, body: dict[str, Any]) -> dict[str, Any]:
    token = access_token(await sync_to_async(actor_of)(person))
    response = await AsyncClient().post(
        url, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    found: dict[str, Any] = response.json()
    return found


async def test_the_question_is_answered_in_the_approved_words_with_who_and_when(
    manager: User, member: User, chat: Callable[[User], Chat]
) -> None:
    await approve(manager)
    async with chat(member) as talk:
        for question in (ASKED, "ומי מאשר את בקשות החופשה?", "אצל מי מאשרים חופשה"):
            done = await answered(talk, question)
            assert (done["text"], done["model"], done["citations"]) == (ANSWER, "approved", [])
            assert (done["confidence"], done["confidence_level"]) == (1.0, "high")
            assert done["approval"]["by"] == manager.get_full_name()
            assert done["approval"]["at"].startswith(localdate().isoformat())


@pytest.mark.parametrize(
    "question", ["מתי מגישים את הבקשה לחופשה?", "מי מאשר את הבקשה להלוואה?", "כמה ימי חופשה יש?"]
)
async def test_another_question_in_part_of_its_words_is_not_answered_by_it(
    manager: User, member: User, chat: Callable[[User], Chat], question: str
) -> None:
    await approve(manager)
    async with chat(member) as talk:
        done = await answered(talk, question)
    assert done["model"] != "approved"
    assert "approval" not in done


async def test_it_cites_those_of_its_documents_that_the_asker_may_open(
    manager: User, member: User, chat: Callable[[User], Chat], other_department: Department
) -> None:
    secret = await sync_to_async(services.create_document)(
        actor=await sync_to_async(actor_of)(manager),
        title="נוהל סודי",
        content="נועה מאשרת כל בקשה לחופשה בתוך יומיים.",
        readers=services.NamedReaders([other_department.pk]),
    )
    with tenant_scope(manager.organization_id):
        await sync_to_async(services.index_document)(secret.pk)
    open_one = await sync_to_async(vacation)(manager)
    await approve(manager, document_ids=[open_one, secret.pk])
    async with chat(member) as talk:
        done = await answered(talk)
    assert done["text"] == f"{ANSWER} [1]"
    assert [each["document_title"] for each in done["citations"]] == ["נוהל חופשה"]
    async with chat(manager) as talk:
        assert (await answered(talk))["text"] == f"{ANSWER} [1][2]"


@pytest.mark.parametrize(
    "wanted",
    [
        {"is_approved": False},
        {"valid_until": localdate() - timedelta(days=1)},
        {"valid_from": localdate() + timedelta(days=1)},
    ],
    ids=["draft", "expired", "not yet valid"],
)
async def test_what_is_not_approved_for_today_is_not_used(
    manager: User, member: User, chat: Callable[[User], Chat], wanted: dict[str, Any]
) -> None:
    await approve(manager, **wanted)
    async with chat(member) as talk:
        assert (await answered(talk))["model"] != "approved"


async def test_a_change_takes_effect_with_the_next_question(
    manager: User, member: User, chat: Callable[[User], Chat]
) -> None:
    async with chat(member) as talk:
        assert (await answered(talk, client_id="1"))["model"] != "approved"
        row = await approve(manager)
        assert (await answered(talk, client_id="2"))["text"] == ANSWER
        await approve(manager, row=row, answer="דנה.")
        assert (await answered(talk, client_id="3"))["text"] == "דנה."
        await sync_to_async(approved.delete_answer)(actor=await sync_to_async(actor_of)(manager), answer=row)
        assert (await answered(talk, client_id="4"))["model"] != "approved"


async def test_an_approved_answer_of_another_department_is_nobody_elses(
    manager: User, member: User, chat: Callable[[User], Chat], other_department: Department
) -> None:
    await approve(manager, department_ids=[other_department.pk])
    async with chat(member) as talk:
        assert "נועה" not in (await answered(talk))["text"]


@pytest.mark.parametrize("withdrawn", ["another department's", "a draft"])
async def test_an_old_answer_goes_with_the_approved_one(
    manager: User, member: User, chat: Callable[[User], Chat], other_department: Department, withdrawn: str
) -> None:
    row = await approve(manager)
    async with chat(member) as talk:
        done = await answered(talk)
    token = access_token(await sync_to_async(actor_of)(member))
    url, headers = f"/api/v1/answers/{done['answer_id']}", {"Authorization": f"Bearer {token}"}
    kept = (await AsyncClient().get(url, headers=headers)).json()
    assert (kept["response"], kept["approval"]) == (ANSWER, done["approval"])
    is_draft = withdrawn == "a draft"
    await approve(
        manager, row=row, is_approved=not is_draft, department_ids=[] if is_draft else [other_department.pk]
    )
    withheld = (await AsyncClient().get(url, headers=headers)).json()
    assert "נועה" not in withheld["response"]
    assert (withheld["approval"], withheld["confidence"], withheld["confidence_level"]) == (None, 0.0, "none")
    if is_draft:
        await approve(manager, row=row)
        assert (await AsyncClient().get(url, headers=headers)).json() == kept


async def test_programs_are_told_as_well(manager: User, member: User) -> None:
    await approve(manager)
    told = await post(member, "/chat", {"prompt": ASKED})
    assert (told["response"], told["approval"]["by"]) == (ANSWER, manager.get_full_name())
    question = {"messages": [{"role": "user", "content": ASKED}]}
    completion = await post(member, "/v1/chat/completions", question)
    assert completion["choices"][0]["message"]["content"] == ANSWER
    assert completion["sicha"]["approval"]["by"] == manager.get_full_name()


async def test_the_page_shows_the_mark_after_a_reload(
    manager: User, member: User, chat: Callable[[User], Chat], browser: BrowserOf
) -> None:
    await approve(manager)
    async with chat(member) as talk:
        accepted = await talk.ask(text=ASKED)
        await talk.until("done")
    page = await sync_to_async(lambda: browser(member).get(f"/c/{accepted['conversation_id']}/"))()
    today = localdate()
    mark = f"תשובה מאושרת · {today.day}.{today.month}.{today.year} · {manager.get_full_name()}"
    assert mark in page.content.decode()


def test_managers_approve_change_and_delete_answers_in_the_admin(manager: User, browser: BrowserOf) -> None:
    page = browser(manager)
    document = str(vacation(manager))
    form = {"questions": "מי מאשר חופשה?", "answer": ANSWER, "state": "approved", "documents": [document]}
    page.post(f"{LIST}add/", form)
    with tenant_scope(manager.organization_id):
        kept = ApprovedAnswer.objects.get()
        assert (kept.approved_by_id, kept.documents.count()) == (manager.pk, 1)
    page.post(f"{LIST}{kept.pk}/change/", {**form, "valid_until": date(2020, 1, 1), "answer": "נועה."})
    listed = page.get(LIST).content.decode()
    assert "מי מאשר חופשה" in listed
    assert "פג תוקפה" in listed
    drafted = page.post(f"{LIST}{kept.pk}/change/", {**form, "state": "draft"}, follow=True)
    assert "התשובה נשמרה כטיוטה" in drafted.content.decode()
    page.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"})
    with tenant_scope(manager.organization_id):
        assert not ApprovedAnswer.objects.exists()
        trail = AuditEntry.objects.filter(target=str(kept.pk)).order_by("number")
        assert [each.action for each in trail] == [
            "approved_answer.approved",
            "approved_answer.approved",
            "approved_answer.drafted",
            "approved_answer.deleted",
        ]


@pytest.mark.parametrize(
    "typed",
    [
        {"answer": ""},
        {"answer": "\u200f"},
        {"questions": "?!"},
        {"questions": "\n".join(f"שאלה {number}?" for number in range(41))},
        {"valid_from": "2026-02-01", "valid_until": "2026-01-01"},
        {"documents": ["00000000-0000-4000-8000-000000000000"]},
    ],
)
def test_what_cannot_be_kept_is_refused_beside_the_form(
    manager: User, browser: BrowserOf, typed: dict[str, Any]
) -> None:
    form = {"questions": ASKED, "answer": ANSWER, "state": "approved", **typed}
    assert browser(manager).post(f"{LIST}add/", form).status_code == 200
    with tenant_scope(manager.organization_id):
        assert not ApprovedAnswer.objects.exists()
