"""An old answer shows nothing of a document that was deleted, or taken from its reader, at whatever door."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from conversations import sharing
from conversations.cursors import Place
from conversations.models import Message
from conversations.types import CitationData, MessageStatus, Turn
from retrieval import services as retrieval
from retrieval.models import Passage
from tests.conftest import ApiClientOf, BrowserOf
from tests.web.test_chat_page import answer, ask

TITLE = "נספח השכר של הבכירים"
QUOTE = "הבונוס השנתי של ההנהלה הוא שלוש משכורות."
GONE = "מקור שאינו זמין עוד"


@dataclass(frozen=True)
class Visit:
    """Somebody who reads a conversation of two turns, whose first answer cites one document."""

    browser: BrowserOf
    api: ApiClientOf
    owner: User
    turn: Turn
    next_turn: Turn

    def page(self, query: str = "") -> str:
        return self.browser(self.owner).get(f"/c/{self.turn.conversation_id}/{query}").content.decode()

    def rest(self, path: str) -> bytes:
        return bytes(self.api(self.owner).get(f"/api/v1{path}").content)

    def export(self, kind: str) -> bytes:
        return self.rest(f"/conversations/{self.turn.conversation_id}/export?type={kind}")


def history_window(visit: Visit) -> str:
    with tenant_scope(visit.owner.organization_id):
        asked = Message.objects.get(pk=visit.next_turn.question_id)
    return visit.page(f"?before={Place(asked.created_at, asked.pk).encode()}")


def word(visit: Visit) -> str:
    with zipfile.ZipFile(io.BytesIO(visit.export("docx"))) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314  our own
    return "".join(body.itertext())


DOORS: dict[str, Callable[[Visit], str]] = {
    "chat page": lambda visit: visit.page(),
    "chat page at a message": lambda visit: visit.page(f"?at={visit.turn.answer_id}"),
    "history window": history_window,
    "messages": lambda visit: visit.rest(f"/conversations/{visit.turn.conversation_id}/messages").decode(),
    "message": lambda visit: visit.rest(f"/messages/{visit.turn.answer_id}").decode(),
    "search": lambda visit: visit.rest("/conversations?search=הבונוס").decode(),
    "Markdown": lambda visit: visit.export("markdown").decode(),
    "JSON": lambda visit: visit.export("json").decode(),
    "Word": word,
}


def delete(manager: User, document_id: UUID) -> None:
    retrieval.delete_document(actor=actor_of(manager), document_id=document_id)


def revoke(manager: User, document_id: UUID) -> None:
    changes = retrieval.DocumentChanges(person_ids=[manager.pk])
    retrieval.update_document(actor=actor_of(manager), document_id=document_id, changes=changes)


@pytest.fixture
def citation(manager: User) -> CitationData:
    document = retrieval.create_document(actor=actor_of(manager), title=TITLE, content=QUOTE)
    with tenant_scope(manager.organization_id):
        retrieval.index_document(document.id)
        passage = Passage.objects.get(document_id=document.id)
    return CitationData(1, passage.id, document.id, TITLE, QUOTE, 0, len(QUOTE))


@pytest.fixture
def visit(browser: BrowserOf, api: ApiClientOf, member: User, citation: CitationData) -> Visit:
    turn = ask(member, "כמה מקבלים?")
    answer(turn, f"{QUOTE} [1]", citations=[citation])
    next_turn = ask(member, "ועוד?", conversation_id=turn.conversation_id)
    answer(next_turn, "לא.")
    return Visit(browser, api, member, turn, next_turn)


@pytest.mark.parametrize("withdraw", [delete, revoke])
@pytest.mark.parametrize("door", DOORS)
def test_no_door_shows_it(
    visit: Visit,
    manager: User,
    citation: CitationData,
    door: str,
    withdraw: Callable[[User, UUID], None],
) -> None:
    read = DOORS[door]
    assert QUOTE in read(visit)
    withdraw(manager, citation.document_id)
    shown = read(visit)
    assert QUOTE not in shown
    assert TITLE not in shown
    assert (GONE in shown) == (door != "search")  # nor does the search tell that it would have found it


@pytest.mark.parametrize("withdraw", [delete, revoke])
def test_a_shared_conversation_closes(
    visit: Visit,
    manager: User,
    other_member: User,
    citation: CitationData,
    withdraw: Callable[[User, UUID], None],
) -> None:
    share = sharing.share_conversation(
        actor=actor_of(visit.owner), conversation_id=visit.turn.conversation_id
    )
    reader = visit.browser(other_member)
    assert QUOTE in reader.get(f"/shared/{share.id}/").content.decode()
    withdraw(manager, citation.document_id)
    assert reader.get(f"/shared/{share.id}/").status_code == 404


def test_what_else_is_quoted_stays(
    browser: BrowserOf, member: User, manager: User, citation: CitationData
) -> None:
    other = retrieval.create_document(actor=actor_of(manager), title="נוהל", content="מותר לצאת בשש.")
    with tenant_scope(manager.organization_id):
        retrieval.index_document(other.id)
        passage = Passage.objects.get(document_id=other.id)
    stays = CitationData(2, passage.id, other.id, "נוהל", "מותר לצאת בשש.", 0, 14)
    turn = ask(member)
    answer(turn, f"{QUOTE} [1]\n\nמותר לצאת בשש. [2]", citations=[citation, stays])
    revoke(manager, citation.document_id)
    html = browser(member).get(f"/c/{turn.conversation_id}/").content.decode()
    assert QUOTE not in html
    assert "מותר לצאת בשש." in html


def test_a_model_s_own_words_stay(
    browser: BrowserOf, member: User, manager: User, citation: CitationData
) -> None:
    turn = ask(member)
    answer(turn, "מקבלים בונוס. [1]", citations=[citation], model="llama")
    revoke(manager, citation.document_id)
    html = browser(member).get(f"/c/{turn.conversation_id}/").content.decode()
    assert "מקבלים בונוס." in html
    assert QUOTE not in html


def test_a_refusal_does_not_go_on_naming_it(
    browser: BrowserOf, member: User, manager: User, citation: CitationData
) -> None:
    source = {
        "document_id": str(citation.document_id),
        "passage_id": str(citation.passage_id),
        "title": TITLE,
    }
    turn = ask(member)
    answer(turn, f"לא נמצאה תשובה.\n\n- {TITLE}", status=MessageStatus.REFUSED, sources=[source])
    assert TITLE in browser(member).get(f"/c/{turn.conversation_id}/").content.decode()
    revoke(manager, citation.document_id)
    assert TITLE not in browser(member).get(f"/c/{turn.conversation_id}/").content.decode()
