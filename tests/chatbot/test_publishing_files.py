"""A manager makes a document of the organisation of a private file."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage

from accounts.access import actor_of
from accounts.models import AuditEntry, Department, User
from accounts.tenancy import tenant_scope
from chatbot.files import tidy_files
from config.kernel.database import in_database
from conversations.services import open_turn
from retrieval.models import Document
from tests.builders import make_department
from tests.chatbot.test_chat_api import client
from tests.chatbot.test_conversation_files import (
    CONVERSATIONS,
    QUESTION,
    SECRET,
    _files_in_a_scratch_folder,
    _upload,
    ask,
    begin,
    files_in,
    relay_all,
)
from tests.conftest import ApiClientOf, BrowserOf

__all__ = ["_files_in_a_scratch_folder"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]


@pytest.fixture
def foreign_department(outsider: User) -> Department:
    return make_department("זרה", organization=outsider.organization)


async def publish(http: Any, conversation: str, **wanted: Any) -> Any:
    [file] = await files_in(http, conversation)
    return await http.post(f"{CONVERSATIONS}/{conversation}/files/{file['id']}/publish", json=wanted)


def audited(manager: User) -> list[tuple[UUID | None, str]]:
    with tenant_scope(manager.organization_id):
        entries = AuditEntry.objects.filter(action="document.published")
        return list(entries.values_list("actor_id", "target"))


async def test_a_published_file_answers_everybody_and_outlives_its_conversation(
    manager: User, member: User, settings: Any
) -> None:
    settings.CONVERSATION_FILES_GRACE_HOURS = 0
    async with client(manager) as http:
        conversation = await begin(http)
        made = await publish(http, conversation)
        assert (made.status_code, made.json()["title"], made.json()["status"]) == (202, "הצעה", "pending")
        assert [file["status"] for file in await files_in(http, conversation)] == ["indexed"]
        assert await in_database(audited)(manager) == [(manager.pk, made.json()["id"])]
        await http.delete(f"{CONVERSATIONS}/{conversation}")
        await in_database(relay_all)()
        await in_database(tidy_files)()
    async with client(member) as http:
        answer = await ask(http)
        assert [citation["document_id"] for citation in answer["citations"]] == [made.json()["id"]]
        assert SECRET in (await http.get(f"/api/v1/passages/{answer['citations'][0]['passage_id']}")).text


async def test_a_file_is_published_for_those_who_are_named_and_only_once(
    manager: User, member: User, other_member: User, department: Department
) -> None:
    async with client(manager) as http:
        conversation = await begin(http)
        made = await publish(http, conversation, departments=[str(department.pk)])
        assert made.json()["departments"] == [str(department.pk)]
        again = await publish(http, conversation)
        assert (again.status_code, again.json()["code"]) == (409, "document_exists")
        await in_database(relay_all)()
    for person, status in ((member, 200), (other_member, 404)):
        async with client(person) as http:
            assert (await http.get(f"/api/v1/documents/{made.json()['id']}")).status_code == status
    assert len(await in_database(audited)(manager)) == 1


async def test_only_managers_publish_and_only_what_has_been_read(
    manager: User, member: User, foreign_department: Department
) -> None:
    async with client(member) as http:
        conversation = await begin(http)
        refused = await publish(http, conversation)
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
        [file] = await files_in(http, conversation)
    async with client(manager) as http:
        address = f"{CONVERSATIONS}/{conversation}/files/{file['id']}/publish"
        assert (await http.post(address, json={})).status_code == 404
        own = (await http.post(CONVERSATIONS, json={})).json()["id"]
        files = f"{CONVERSATIONS}/{own}/files"
        sent = await http.post(files, files={"file": ("הצעה.txt", SECRET.encode(), "text/plain")})
        assert (await http.post(f"{files}/{file['id']}/publish", json={})).status_code == 404
        early = await http.post(f"{files}/{sent.json()['id']}/publish", json={})
        assert (early.status_code, early.json()["code"]) == (409, "conflict")
        await in_database(relay_all)()
        mistakes: list[Any] = [{"departments": [each]} for each in (str(foreign_department.pk), "x")]
        for wanted in (*mistakes, {"everyone": True}, []):
            wrong = await http.post(f"{files}/{sent.json()['id']}/publish", json=wanted)
            assert wrong.status_code == 400
    assert await in_database(audited)(manager) == []


def test_without_script_a_file_is_published_by_a_form(
    manager: User, member: User, department: Department, browser: BrowserOf
) -> None:
    page = browser(manager)
    turn = open_turn(actor=actor_of(manager), text=QUESTION, lease_owner="test")
    address = f"/c/{turn.conversation_id}/settings/"
    page.post(address, {"action": "add_file", "file": _upload()})
    assert "publish_file" not in page.get(address).content.decode()
    relay_all()
    shown = page.get(address).content.decode()
    [file_id] = set(re.findall(r'name="file" value="([0-9a-f-]+)"', shown))
    assert f'<option value="{department.pk}">{department.name}</option>' in shown
    form = {"action": "publish_file", "file": file_id}
    assert page.post(address, {**form, "department": "nobody"}).status_code == 400
    done = page.post(address, {**form, "department": str(department.pk)}, follow=True)
    assert "הקובץ הוא עכשיו מסמך של הארגון" in done.content.decode()
    with tenant_scope(manager.organization_id):
        document = Document.objects.get(conversation_id=None, original_name="הצעה.txt")
        assert list(document.departments.all()) == [department]
        assert document.restricted
        assert default_storage.exists(str(document.original.name))
    own = open_turn(actor=actor_of(member), text=QUESTION, lease_owner="test")
    page = browser(member)
    page.post(f"/c/{own.conversation_id}/settings/", {"action": "add_file", "file": _upload()})
    relay_all()
    assert "publish_file" not in page.get(f"/c/{own.conversation_id}/settings/").content.decode()


def test_who_may_have_no_files_is_offered_none(operator: User, browser: BrowserOf, api: ApiClientOf) -> None:
    page = browser(operator)
    assert 'data-action="attach"' not in page.get("/").content.decode()
    conversation = api(operator).post(CONVERSATIONS, {}, format="json").json()["id"]
    shown = page.get(f"/c/{conversation}/settings/").content.decode()
    assert "add_file" not in shown
