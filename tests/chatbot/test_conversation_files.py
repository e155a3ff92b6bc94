"""A file in a conversation, from the upload over the answer that cites it to its end."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from chatbot.files import tidy_files
from config.kernel.database import in_database
from config.kernel.outbox import relay
from conversations.models import Conversation
from conversations.services import open_turn
from retrieval.models import Document
from tests.chatbot.conftest import Chat
from tests.chatbot.test_chat_api import client
from tests.conftest import ApiClientOf, BrowserOf

SECRET = "הצעת המחיר של ספק הצבעים תכלת-שבע היא ארבעים אלף שקלים, ותוקפה עד סוף החודש."
QUESTION = "מה תוקף הצעת המחיר של ספק הצבעים תכלת-שבע?"
CONVERSATIONS = "/api/v1/conversations"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@pytest.fixture(autouse=True)
def _files_in_a_scratch_folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    storages = {name: dict(storage) for name, storage in settings.STORAGES.items()}
    for name in ("default", "archive"):
        storages[name] = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / name},
        }
    monkeypatch.setattr(settings, "STORAGES", storages)


def relay_all() -> None:
    while relay.relay(limit=50).claimed:
        pass


async def begin(http: Any) -> str:
    """Begin a conversation and put the file into it; return the conversation's id."""
    conversation = (await http.post(CONVERSATIONS, json={})).json()["id"]
    sent = await http.post(
        f"{CONVERSATIONS}/{conversation}/files", files={"file": ("הצעה.txt", SECRET.encode(), "text/plain")}
    )
    assert (sent.status_code, sent.json()["status"]) == (202, "pending")
    await in_database(relay_all)()
    return str(conversation)


async def files_in(http: Any, conversation: str) -> list[dict[str, Any]]:
    answer = await http.get(f"{CONVERSATIONS}/{conversation}/files")
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def ask(http: Any, conversation: str | None = None, question: str = QUESTION) -> dict[str, Any]:
    body = {"prompt": question} | ({"conversation_id": conversation} if conversation else {})
    answer: dict[str, Any] = (await http.post("/chat", json=body)).raise_for_status().json()
    return answer


async def test_an_answer_cites_the_file_and_the_citation_opens_for_the_asker_alone(
    member: User, manager: User, other_member: User, outsider: User
) -> None:
    async with client(member) as http:
        conversation = await begin(http)
        [file] = await files_in(http, conversation)
        assert (file["name"], file["status"], file["error"]) == ("הצעה.txt", "indexed", None)
        answer = await ask(http, conversation)
        [citation] = answer["citations"]
        assert (answer["status"], citation["document_id"]) == ("complete", file["id"])
        passage = f"/api/v1/passages/{citation['passage_id']}"
        assert (await http.get(passage)).json()["text"] == SECRET
        elsewhere = await ask(http)
        assert file["id"] not in {source["document"]["id"] for source in elsewhere["sources"]}
        found = (await http.get("/api/v1/search", params={"q": QUESTION})).json()["results"]
        assert file["id"] not in {hit["document"]["id"] for hit in found}
        assert file["id"] not in str((await http.get("/api/v1/documents")).json())
    for person in (manager, other_member, outsider):
        async with client(person) as http:
            assert (await http.get(passage)).status_code == 404
            assert (await http.get(f"/api/v1/documents/{file['id']}")).status_code == 404
            found = (await http.get("/api/v1/search", params={"q": QUESTION})).json()["results"]
            assert SECRET not in str(found)
            assert file["id"] not in str((await http.get("/api/v1/documents")).json())


async def test_a_removed_file_takes_its_quotations_along(member: User) -> None:
    async with client(member) as http:
        conversation = await begin(http)
        [file] = await files_in(http, conversation)
        answer = await ask(http, conversation)
        gone = await http.delete(f"{CONVERSATIONS}/{conversation}/files/{file['id']}")
        assert gone.status_code == 204
        assert await files_in(http, conversation) == []
        passage = f"/api/v1/passages/{answer['citations'][0]['passage_id']}"
        assert (await http.get(passage)).status_code == 404
        shown = (await http.get(f"/api/v1/answers/{answer['answer_id']}")).json()
        assert SECRET not in str(shown)
        assert file["name"] not in str(shown)


async def test_a_file_goes_with_its_conversation_and_comes_back_with_it(member: User) -> None:
    async with client(member) as http:
        conversation = await begin(http)
        answer = await ask(http, conversation)
        passage = f"/api/v1/passages/{answer['citations'][0]['passage_id']}"
        await http.delete(f"{CONVERSATIONS}/{conversation}")
        await in_database(relay_all)()
        assert (await http.get(passage)).status_code == 404
        await http.post(f"{CONVERSATIONS}/{conversation}/restore")
        await in_database(relay_all)()
        assert (await http.get(passage)).status_code == 200
        assert len(await files_in(http, conversation)) == 1


def test_a_conversation_that_got_a_file_and_no_question_is_given_up(
    member: User, api: ApiClientOf, settings: Any
) -> None:
    http = api(member)
    unasked, asked = (
        _with_file(http, http.post(CONVERSATIONS, {}, format="json").json()["id"]) for _ in range(2)
    )
    open_turn(actor=actor_of(member), text=QUESTION, lease_owner="test", conversation_id=UUID(asked))
    tidy_files()
    assert _living(member) == {unasked, asked}
    settings.CONVERSATION_FILES_GRACE_HOURS = 0
    tidy_files()
    relay_all()
    assert _living(member) == {asked}
    tidy_files()
    with tenant_scope(member.organization_id):
        kept = Document.objects.filter(conversation_id__isnull=False, deleted_at__isnull=True)
        assert [str(file.conversation_id) for file in kept] == [asked]


def test_a_deletion_that_the_outbox_lost_is_followed_all_the_same(member: User, api: ApiClientOf) -> None:
    http = api(member)
    conversation = _with_file(http, http.post(CONVERSATIONS, {}, format="json").json()["id"])
    with tenant_scope(member.organization_id):
        Conversation.objects.filter(pk=conversation).update(deleted_at=timezone.now())
    tidy_files()
    with tenant_scope(member.organization_id):
        assert Document.objects.get(conversation_id=conversation).set_aside_at is not None


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("ריק.txt", b"", (400, "document_empty")),
        ("a.exe", b"MZ\x90\x00", (415, "unsupported_document_type")),
        ("a.pdf", b"hello", (415, "document_type_mismatch")),
        ("גדול.txt", b"a" * 2000, (413, "document_too_large")),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(
    member: User, api: ApiClientOf, settings: Any, name: str, data: bytes, refusal: tuple[int, str]
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1000
    http = api(member)
    conversation = http.post(CONVERSATIONS, {}, format="json").json()["id"]
    sent = http.post(f"{CONVERSATIONS}/{conversation}/files", {"file": SimpleUploadedFile(name, data)})
    assert (sent.status_code, sent.json()["code"]) == refusal
    assert http.get(f"{CONVERSATIONS}/{conversation}/files").json()["results"] == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("דו%22ח שנתי.txt", 'דו"ח שנתי.txt', id="as browsers write a quotation mark"),
        pytest.param("דו%0D%0Aח.txt", "דו ח.txt", id="as they write the end of a line"),
        pytest.param("100%25.txt", "100%25.txt", id="what they do not write"),
        pytest.param("gnp\u202etxt.txt", "gnptxt.txt", id="what would show another name"),
    ],
)
def test_a_file_has_the_name_that_its_sender_gave_it(
    member: User, api: ApiClientOf, written: str, name: str
) -> None:
    http = api(member)
    conversation = http.post(CONVERSATIONS, {}, format="json").json()["id"]
    sent = http.post(
        f"{CONVERSATIONS}/{conversation}/files", {"file": SimpleUploadedFile(written, SECRET.encode())}
    )
    assert sent.json()["name"] == name


def test_files_have_a_rate_limit_of_their_own(member: User, api: ApiClientOf, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "file": (1, 60)}
    http = api(member)
    conversation = http.post(CONVERSATIONS, {}, format="json").json()["id"]
    _with_file(http, conversation)
    refused = http.post(f"{CONVERSATIONS}/{conversation}/files", {"file": _upload()})
    assert (refused.status_code, refused.json()["details"]["limit"]) == (429, "file")


def _upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("הצעה.txt", SECRET.encode())


def _with_file(http: Any, conversation: str) -> str:
    sent = http.post(f"{CONVERSATIONS}/{conversation}/files", {"file": _upload()})
    assert sent.status_code == 202
    return conversation


def _living(person: User) -> set[str]:
    with tenant_scope(person.organization_id):
        rows = Conversation.objects.filter(owner_id=person.pk, deleted_at=None)
        return {str(row.pk) for row in rows}


def test_without_script_files_are_added_and_removed_by_forms(member: User, browser: BrowserOf) -> None:
    page = browser(member)
    turn = open_turn(actor=actor_of(member), text=QUESTION, lease_owner="test")
    address = f"/c/{turn.conversation_id}/settings/"
    assert page.post(address, {"action": "add_file", "file": _upload()}).status_code == 302
    relay_all()
    shown = page.get(address).content.decode()
    assert "<bdi>הצעה.txt</bdi> · מוכן" in shown
    wrong = SimpleUploadedFile("a.pdf", b"hello")
    refused = page.post(address, {"action": "add_file", "file": wrong})
    assert (refused.status_code, "שני קבצים באחד" in refused.content.decode()) == (415, True)
    [file_id] = set(re.findall(r'name="file" value="([0-9a-f-]+)"', shown))
    assert page.post(address, {"action": "remove_file", "file": "no-id"}).status_code == 404
    assert page.post(address, {"action": "remove_file", "file": file_id}).status_code == 302
    assert "הצעה.txt" not in page.get(address).content.decode()


async def test_other_tabs_hear_that_a_file_came(member: User, chat: Callable[[User], Chat]) -> None:
    async with client(member) as http, chat(member) as talk:
        await talk.receive()
        conversation = (await http.post(CONVERSATIONS, json={})).json()["id"]
        sent = {"file": ("הצעה.txt", SECRET.encode(), "text/plain")}
        await http.post(f"{CONVERSATIONS}/{conversation}/files", files=sent)
        assert (await talk.event("file"))["conversation_id"] == conversation
