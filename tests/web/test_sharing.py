"""A shared conversation: read by colleagues who may open what stands behind it, until it ends."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.access import actor_of
from accounts.models import Department, User
from accounts.tenancy import tenant_scope
from conversations import organizing, sharing
from conversations.errors import SourcesGoneError
from conversations.services import open_turn
from conversations.types import CitationData
from retrieval import files
from retrieval import services as retrieval
from retrieval.models import Passage
from retrieval.services import Upload
from tests.conftest import ApiClientOf, BrowserOf
from tests.web.test_chat_page import answer, ask

CONTENT = "מכסת החופשה היא 21 ימים. את הבקשה מגישים שבועיים מראש."


def cite(manager: User, departments: list[UUID]) -> CitationData:
    """Return a citation of a new document for the departments."""
    document = retrieval.create_document(
        actor=actor_of(manager),
        title="נוהל חופשה",
        content=f"{CONTENT} {len(departments)}",
        readers=retrieval.NamedReaders(departments),
    )
    with tenant_scope(manager.organization_id):
        retrieval.index_document(document.id)
        passage = Passage.objects.filter(document_id=document.id).first()
    assert passage is not None
    return CitationData(1, passage.id, document.id, "נוהל חופשה", CONTENT[:24], 0, 24)


def share(owner: User, *citations: CitationData) -> str:
    turn = ask(owner)
    answer(turn, "21 ימים [1].", citations=citations)
    made = sharing.share_conversation(actor=actor_of(owner), conversation_id=turn.conversation_id)
    return f"/shared/{made.id}/"


def status(client: Client, url: str) -> int:
    return client.get(url).status_code


def test_a_colleague_reads_it_and_cannot_write(
    browser: BrowserOf, member: User, other_member: User, manager: User
) -> None:
    url = share(member, cite(manager, []))
    html = browser(other_member).get(url).content.decode()
    assert "21 ימים" in html
    assert "דנה כהן" in html
    assert "composer" not in html.split("<body")[1]


def test_what_is_said_later_stays_private(browser: BrowserOf, member: User, other_member: User) -> None:
    turn = ask(member)
    answer(turn, "21 ימים.")
    owner = actor_of(member)
    made = sharing.share_conversation(actor=owner, conversation_id=turn.conversation_id)
    answer(ask(member, "ועוד?", conversation_id=turn.conversation_id), "סוד.")
    assert "סוד" not in browser(other_member).get(f"/shared/{made.id}/").content.decode()
    again = sharing.share_conversation(actor=owner, conversation_id=turn.conversation_id)
    assert again.id == made.id
    assert "סוד" in browser(other_member).get(f"/shared/{made.id}/").content.decode()


def test_the_branch_that_its_owner_looks_at_is_shared(
    browser: BrowserOf, api: ApiClientOf, member: User, other_member: User
) -> None:
    turn = ask(member)
    answer(turn, "התשובה הישנה.")
    edited = open_turn(
        actor=actor_of(member),
        text="ערוכה?",
        lease_owner="tests",
        conversation_id=turn.conversation_id,
        parent_id=turn.question_id,
    )
    answer(edited, "תשובה אחרונה.")
    address = f"/api/v1/conversations/{turn.conversation_id}/share"
    shown = [
        browser(other_member)
        .get(api(member).put(address, body, format="json").json()["url"])
        .content.decode()
        for body in ({"through": str(turn.question_id)}, {})
    ]
    assert ["התשובה הישנה" in html for html in shown] == [True, False]
    assert ["תשובה אחרונה" in html for html in shown] == [False, True]


def test_a_document_of_another_department_closes_it(
    browser: BrowserOf, member: User, other_member: User, manager: User, department: Department
) -> None:
    url = share(member, cite(manager, []), replace(cite(manager, [department.pk]), number=2))
    assert status(browser(member), url) == 200
    assert status(browser(manager), url) == 200
    assert status(browser(other_member), url) == 404


def test_a_document_that_was_only_read_for_the_answer_closes_it_too(
    browser: BrowserOf, member: User, other_member: User, manager: User, department: Department
) -> None:
    hidden = cite(manager, [department.pk])
    source = {"document_id": str(hidden.document_id), "passage_id": str(hidden.passage_id), "title": "שכר"}
    turn = ask(member)
    answer(turn, "לא נמצאה תשובה.", sources=[source])
    made = sharing.share_conversation(actor=actor_of(member), conversation_id=turn.conversation_id)
    assert status(browser(other_member), f"/shared/{made.id}/") == 404


def test_what_rests_on_a_private_file_is_not_shared_and_names_it(
    browser: BrowserOf, api: ApiClientOf, member: User, other_member: User
) -> None:
    turn = ask(member)
    answer(turn, "אין קובץ.")
    place: dict[str, Any] = {"actor": actor_of(member), "conversation_id": turn.conversation_id}
    url = f"/shared/{sharing.share_conversation(**place).id}/"
    document = files.add_file(**place, upload=Upload("שכר.txt", CONTENT.encode(), "text/plain"))
    said = {"document_id": str(document.id), "passage_id": str(uuid4()), "title": "שכר"}
    answer(ask(member, "ומה השכר?", conversation_id=turn.conversation_id), "סוד.", sources=[said])

    refused = api(member).put(f"/api/v1/conversations/{turn.conversation_id}/share")
    assert (refused.status_code, refused.json()["code"]) == (409, "rests_on_private_files")
    assert refused.json()["details"] == {"files": ["שכר.txt"]}
    form = browser(member).post(f"/c/{turn.conversation_id}/settings/", {"action": "share"})
    assert (form.status_code, "קבצים פרטיים" in form.content.decode()) == (409, True)
    assert status(browser(other_member), url) == 200, "what was shared before stays shared, without the file"
    assert "סוד" not in browser(other_member).get(url).content.decode()


def test_what_rests_on_a_deleted_document_is_not_shared_any_more(member: User, manager: User) -> None:
    citation = cite(manager, [])
    turn = ask(member)
    answer(turn, "21 ימים [1].", citations=[citation])
    retrieval.delete_document(actor=actor_of(manager), document_id=citation.document_id)
    with pytest.raises(SourcesGoneError):
        sharing.share_conversation(actor=actor_of(member), conversation_id=turn.conversation_id)


def test_strangers_and_the_logged_out_find_nothing(browser: BrowserOf, member: User, outsider: User) -> None:
    url = share(member)
    assert status(browser(outsider), url) == 404
    assert status(browser(), url) == 302


@pytest.mark.parametrize("end", ["unshare", "delete"])
def test_it_ends_when_it_is_taken_back_or_deleted(
    browser: BrowserOf, member: User, other_member: User, end: str
) -> None:
    turn = ask(member)
    place: dict[str, Any] = {"actor": actor_of(member), "conversation_id": turn.conversation_id}
    url = f"/shared/{sharing.share_conversation(**place).id}/"
    if end == "unshare":
        sharing.unshare_conversation(**place)
    else:
        organizing.delete_conversation(**place)
    assert status(browser(other_member), url) == 404


def test_programs_share_and_take_back(
    api: ApiClientOf, browser: BrowserOf, member: User, manager: User
) -> None:
    turn = ask(member)
    url = f"/api/v1/conversations/{turn.conversation_id}/share"
    assert api(member).get(url).status_code == 204
    made = api(member).put(url).json()
    assert status(browser(manager), made["url"]) == 200
    assert api(member).get(url).json() == made
    assert api(manager).put(url).status_code == 404
    assert api(member).delete(url).status_code == 204
    assert status(browser(manager), made["url"]) == 404
