"""Where an organisation wants it, a model answers without sources, and the answer says so."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.access import actor_of
from accounts.models import AuditEntry, User
from accounts.services.organizations import choose
from accounts.tenancy import tenant_scope
from accounts.types import Choices
from tests.chatbot.conftest import Chat, Frame
from tests.conftest import ApiClientOf, BrowserOf
from tests.fakes.ollama import FakeOllama

ELSEWHERE = "מהו המרחק הממוצע בין כדור הארץ לירח?"
LABEL = "בלי מקורות: התשובה לא נלקחה ממסמכי הארגון."
SETTINGS = "/admin/accounts/organizationsettings/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]


@pytest.fixture
def freely(manager: User) -> None:
    """Let the organisation's answers do without sources."""
    choose(actor=actor_of(manager), choices=Choices(answers_freely=True))


async def asked(chat: ChatOf, person: User, text: str = ELSEWHERE) -> list[Frame]:
    async with chat(person) as talk:
        accepted = await talk.ask(text=text, client_id=text)
        return [accepted, *await talk.until("done")]


@pytest.mark.usefixtures("freely")
async def test_what_the_documents_lack_is_answered_and_labelled(
    member: User, chat: ChatOf, ollama: FakeOllama, browser: BrowserOf, api: ApiClientOf
) -> None:
    ollama.allow(100)
    accepted, *frames = await asked(chat, member)
    done = frames[-1]
    assert done["status"] == "complete"
    assert done["text"].startswith(f"{LABEL}\n\nמילה0 ")
    assert "[1]" not in done["text"]
    assert (done["citations"], done["confidence"], done["confidence_level"]) == ([], 0.0, "none")
    assert done["confidence_reasons"] == ["without_sources"]
    assert "sources" not in {frame["type"] for frame in frames}
    assert "נוהל חופשה" not in str(ollama.requests[-1])
    page = await sync_to_async(lambda: browser(member).get(f"/c/{accepted['conversation_id']}/"))()
    assert 'data-part="free">' in page.content.decode()
    sent = await sync_to_async(lambda: api(member).post(f"/api/v1/answers/{done['answer_id']}/refer"))()
    assert sent.status_code == 201


@pytest.mark.usefixtures("freely")
async def test_what_the_documents_hold_is_answered_from_them(
    member: User, chat: ChatOf, ollama: FakeOllama
) -> None:
    ollama.allow(100)
    done = (await asked(chat, member, "מתי מגישים את הבקשה לחופשה?"))[-1]
    assert [each["document_title"] for each in done["citations"]] == ["נוהל חופשה"]
    assert LABEL not in done["text"]


async def test_by_default_nothing_is_said_without_a_source(
    member: User, chat: ChatOf, ollama: FakeOllama
) -> None:
    assert (await asked(chat, member))[-1]["status"] == "refused"
    assert ollama.requests == []


@pytest.mark.usefixtures("freely")
async def test_without_a_model_nothing_changes(member: User, chat: ChatOf) -> None:
    assert (await asked(chat, member))[-1]["status"] == "refused"


@pytest.mark.usefixtures("freely")
async def test_a_free_answer_that_was_stopped_can_only_be_given_anew(
    member: User, chat: ChatOf, ollama: FakeOllama, api: ApiClientOf
) -> None:
    async with chat(member) as talk:
        accepted = await talk.ask(text=ELSEWHERE)
        await talk.until("delta")
        await talk.send("stop", answer_id=accepted["answer_id"])
        done = (await talk.until("done"))[-1]
    assert (done["status"], done["confidence_reasons"]) == ("stopped", ["without_sources"])
    again = await sync_to_async(lambda: api(member).post(f"/api/v1/answers/{done['answer_id']}/continue"))()
    assert again.status_code == 409


def test_managers_choose_it_and_are_told_when_there_is_no_model(
    manager: User, browser: BrowserOf, settings: Any
) -> None:
    page = browser(manager)
    form = page.get(SETTINGS, follow=True)
    assert "לא הוגדר מודל" in form.content.decode()
    page.post(form.redirect_chain[-1][0], {"answers_freely": "on", "tone": "plain"})
    with tenant_scope(manager.organization_id):
        entry = AuditEntry.objects.get(action="settings.changed")
    assert (entry.target, entry.actor_id) == ("answers_freely=True", manager.pk)
    settings.LLM = {"BACKEND": "chatbot.llm.ollama.Ollama", "OPTIONS": {"model": "gemma"}}
    shown = page.get(SETTINGS, follow=True).content.decode()
    assert "gemma" in shown
    assert "לא הוגדר מודל" not in shown
