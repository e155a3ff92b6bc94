"""What an answer shows of its documents goes with the permission, also where its frames are still kept."""

from typing import Any
from uuid import UUID

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from config.kernel.database import in_database
from retrieval import services
from retrieval.models import Document
from retrieval.services import DocumentChanges
from tests.chatbot.conftest import QUESTION
from tests.chatbot.test_chat_api import client, events_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


def keep_for(manager: User, person_ids: list[UUID]) -> None:
    with tenant_scope(manager.organization_id):
        documents = list(Document.objects.values_list("id", flat=True))
    for document_id in documents:
        changes = DocumentChanges(person_ids=person_ids)
        services.update_document(actor=actor_of(manager), document_id=document_id, changes=changes)


async def readings(http: Any, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answer as it is read again: as it is stored, and as the end of its frames."""
    stored = f"/api/v1/answers/{answer['answer_id']}"
    return [(await http.get(stored)).json(), events_of((await http.get(f"{stored}/events")).text)[-1]]


async def test_quotations_titles_and_previews_go_with_the_permission(manager: User, member: User) -> None:
    async with client(member) as http:
        answer = (await http.post("/chat", json={"prompt": QUESTION})).json()
        passage = f"/api/v1/passages/{answer['citations'][0]['passage_id']}"
        assert (await http.get(passage)).status_code == 200
        await in_database(keep_for)(manager, [manager.pk])
        assert (await http.get(passage)).status_code == 404
        for shown in await readings(http, answer):
            [number, *_] = [citation["number"] for citation in shown["citations"]]
            assert number == 1
            assert {citation["quote"] for citation in shown["citations"]} == {""}
            titles = {citation["document_title"] for citation in shown["citations"]}
            assert titles.isdisjoint({citation["document_title"] for citation in answer["citations"]})
            assert not shown.get("sources")
            assert answer["citations"][0]["quote"] not in (shown.get("response") or shown["text"])
            sureness = [shown["confidence"], shown["confidence_level"], shown["confidence_reasons"]]
            assert sureness == [0.0, "none", []]
            assert shown.get("support") is None


async def test_whoever_keeps_the_permission_keeps_the_answer_whole(manager: User, member: User) -> None:
    async with client(member) as http:
        answer = (await http.post("/chat", json={"prompt": QUESTION})).json()
        await in_database(keep_for)(manager, [member.pk])
        for shown in await readings(http, answer):
            assert [citation["quote"] for citation in shown["citations"]] == [
                citation["quote"] for citation in answer["citations"]
            ]


async def test_what_is_withheld_cannot_be_found_out_by_searching_for_it(manager: User, member: User) -> None:
    async with client(member) as http:
        answer = (await http.post("/chat", json={"prompt": QUESTION})).json()
        words = answer["citations"][0]["quote"][:20]
        searched = {"search": words}
        assert (await http.get("/api/v1/conversations", params=searched)).json()["results"]
        await in_database(keep_for)(manager, [manager.pk])
        assert not (await http.get("/api/v1/conversations", params=searched)).json()["results"]
        asked = (await http.get("/api/v1/conversations", params={"search": QUESTION})).json()["results"]
        assert [each["excerpt"] for each in asked] == [QUESTION]
