"""An answer that a manager approved is used first, in its own words, and marked as such."""

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from retrieval import approved, services
from retrieval.models import ApprovedAnswer, Document
from tests.chatbot.conftest import Chat, Frame
from tests.conftest import BrowserOf

ANSWER = "כל הבקשות לחופשה מאושרות על ידי נועה בלבד, בתוך יומיים."
WAYS = "מי מאשר את הבקשה לחופשה? אצל מי מאשרים חופשה?"
LIST = "/admin/retrieval/approvedanswer/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@sync_to_async
def approve(manager: User, **readers: list[object]) -> Document:
    approval = approved.Approval(WAYS, ANSWER, services.NamedReaders(**readers))  # type: ignore[arg-type]
    document = approved.approve(actor=actor_of(manager), approval=approval)
    with tenant_scope(manager.organization_id):
        services.index_document(document.id)
    return document


async def answered(talk: Chat, text: str) -> Frame:
    await talk.ask(client_id=text, text=text)
    return (await talk.until("done"))[-1]


async def test_the_question_is_answered_in_the_approved_words_alone(
    manager: User, member: User, chat: Callable[[User], Chat]
) -> None:
    await approve(manager)
    async with chat(member) as talk:
        for question in ("מי מאשר את הבקשה לחופשה?", "ומי מאשר את בקשות החופשה?", "אצל מי מאשרים חופשה"):
            done = await answered(talk, question)
            assert (done["text"], done["model"]) == (f"{ANSWER} [1]", "approved")
            assert (done["confidence"], done["confidence_level"]) == (1.0, "high")
            assert [citation["quote"] for citation in done["citations"]] == [ANSWER]


async def test_another_question_in_part_of_its_words_is_answered_by_the_documents(
    manager: User, member: User, chat: Callable[[User], Chat]
) -> None:
    await approve(manager)
    async with chat(member) as talk:
        done = await answered(talk, "מתי מגישים את הבקשה לחופשה?")
    assert done["model"] != "approved"


async def test_an_approved_answer_of_another_department_is_nobody_elses(
    manager: User, member: User, chat: Callable[[User], Chat], other_department: Department
) -> None:
    await approve(manager, department_ids=[other_department.pk])
    async with chat(member) as talk:
        done = await answered(talk, "מי מאשר את הבקשה לחופשה?")
    assert ANSWER not in done["text"]


def test_managers_approve_change_and_delete_answers_in_the_admin(manager: User, browser: BrowserOf) -> None:
    page: Client = browser(manager)
    page.post(f"{LIST}add/", {"title": "מי מאשר חופשה?", "content": ANSWER})
    with tenant_scope(manager.organization_id):
        kept = ApprovedAnswer.objects.get(is_approved_answer=True)
    page.post(f"{LIST}{kept.pk}/change/", {"title": kept.title, "content": "נועה."})
    with tenant_scope(manager.organization_id):
        assert ApprovedAnswer.objects.get(pk=kept.pk).content == "נועה."
    assert "מי מאשר חופשה" not in page.get("/admin/retrieval/document/").content.decode()
    page.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"})
    assert "מי מאשר חופשה" not in page.get(LIST).content.decode()


@pytest.mark.parametrize("answer", ["", "?!", "מילה " * 151])
def test_an_answer_without_words_or_with_too_many_is_refused_beside_the_form(
    manager: User, browser: BrowserOf, answer: str
) -> None:
    assert browser(manager).post(f"{LIST}add/", {"title": "מי?", "content": answer}).status_code == 200
    with tenant_scope(manager.organization_id):
        assert not ApprovedAnswer.objects.filter(is_approved_answer=True).exists()
