"""Going on with an answer that was stopped, or whose writer died, from what it had."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.models import User
from accounts.tenancy import tenant_scope
from chatbot.job import Job
from chatbot.llm.extractive import Extractive
from chatbot.supervisor import get_supervisor
from config.kernel.database import in_database
from conversations.models import Message
from conversations.services import reap_expired_turns
from retrieval.models import Document
from tests.chatbot.conftest import Chat
from tests.chatbot.test_chat_api import client, events_of
from tests.fakes.ollama import FakeOllama

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("knowledge")]
ChatOf = Callable[[User], Chat]
BEGINNING = "את הבקשה מגישים [1] "
REST = "שבועיים מראש [1]."
EVENTS = {"Accept": "text/event-stream"}


async def begun(chat: ChatOf, person: User, ollama: FakeOllama) -> str:
    """Stop an answer after its beginning; return its id."""
    ollama.pieces = [BEGINNING, "מילה ", "מילה ", "מילה"]
    async with chat(person) as talk:
        accepted = await talk.ask()
        ollama.allow(2)
        while (await talk.receive())["type"] != "delta":
            pass
        await talk.send("stop", answer_id=accepted["answer_id"])
        await talk.until("done")
    ollama.pieces = [REST]
    ollama.allow(20)
    return str(accepted["answer_id"])


async def test_the_new_answer_begins_with_the_old_one_and_goes_on(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    first = await begun(chat, member, ollama)
    async with client(member) as http:
        old = (await http.get(f"/api/v1/answers/{first}")).json()
        events = events_of((await http.post(f"/api/v1/answers/{first}/continue", headers=EVENTS)).text)
        kept = (await http.get(f"/api/v1/answers/{first}")).json()
        again = (await http.post(f"/api/v1/answers/{first}/continue")).json()
    done = events[-1]
    assert (old["status"], done["status"]) == ("stopped", "complete")
    assert done["text"] == old["response"] + REST
    assert "".join(frame["text"] for frame in events if frame["type"] == "delta") == done["text"]
    assert [each["number"] for each in done["citations"]] == [1]
    assert ollama.requests[-1]["messages"][-1] == {"role": "assistant", "content": old["response"]}
    assert (kept, again["answer_id"]) == (old, done["answer_id"])
    assert events[0]["question_id"] == old["question_id"]


async def test_what_the_dead_writer_cited_is_kept_and_gone_on_from(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    ollama.pieces = [BEGINNING, "מילה"]

    def checkpointed(answer_id: str) -> bool:
        with tenant_scope(member.organization_id):
            return bool(Message.objects.filter(pk=answer_id, citations__number=1).exclude(sources=[]))

    def die(answer_id: str) -> None:
        with tenant_scope(member.organization_id):
            lapsed = {"lease_expires_at": now() - timedelta(hours=1), "lease_owner": "dead"}
            Message.objects.filter(pk=answer_id).update(**lapsed)
        assert reap_expired_turns() == 1

    async with chat(member) as talk, client(member) as http:
        answer_id = (await talk.ask())["answer_id"]
        ollama.allow(1)
        while not await in_database(checkpointed)(answer_id):
            pass
        await in_database(die)(answer_id)
        address = f"/api/v1/answers/{answer_id}"
        old = (await http.get(address)).json()
        ollama.pieces = [REST]
        ollama.allow(20)
        new = (await http.post(f"{address}/continue")).raise_for_status().json()
    assert (old["status"], [each["number"] for each in old["citations"]]) == ("interrupted", [1])
    assert old["sources"] != []
    assert (new["status"], new["response"]) == ("complete", old["response"] + REST)


async def test_what_cites_a_document_that_is_gone_is_not_gone_on_with(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    first = await begun(chat, member, ollama)

    def remove_the_documents() -> None:
        with tenant_scope(member.organization_id):
            Document.objects.all().delete()

    await in_database(remove_the_documents)()
    async with client(member) as http:
        new = (await http.post(f"/api/v1/answers/{first}/continue")).json()
        old = (await http.get(f"/api/v1/answers/{first}")).json()
    assert (new["status"], new["error_code"]) == ("interrupted", "sources_changed")
    assert (new["response"], new["citations"]) == (old["response"], old["citations"])


async def test_an_answer_that_is_whole_is_not_continued(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    ollama.allow(20)
    async with chat(member) as talk, client(member) as http:
        answer_id = (await talk.ask())["answer_id"]
        await talk.until("done")
        refused = await http.post(f"/api/v1/answers/{answer_id}/continue")
    assert (refused.status_code, refused.json()["code"]) == (409, "answer_not_continuable")


async def test_nothing_is_added_to_an_answer_of_quotations(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    first = await begun(chat, member, ollama)
    get_supervisor().model = Extractive()
    async with client(member) as http:
        refused = await http.post(f"/api/v1/answers/{first}/continue")
    assert (refused.status_code, refused.json()["details"]) == (409, {"model": "extractive"})


async def test_an_answer_whose_continuation_never_had_a_word_is_continued_anew(
    chat: ChatOf, member: User, ollama: FakeOllama
) -> None:
    first = await begun(chat, member, ollama)
    async with client(member) as http:
        lost = (await http.post(f"/api/v1/answers/{first}/continue")).json()["answer_id"]
        await in_database(forget_words)(member, lost)
        again = (await http.post(f"/api/v1/answers/{first}/continue")).json()
        once_more = (await http.post(f"/api/v1/answers/{first}/continue")).json()
    assert again["answer_id"] not in {first, lost}
    assert again["response"].endswith(REST)
    assert once_more["answer_id"] == again["answer_id"]


def forget_words(person: User, answer_id: str) -> None:
    """Leave the answer as its writer's death would have: before its first checkpoint."""
    with tenant_scope(person.organization_id):
        Message.objects.filter(pk=answer_id).update(text="", status="interrupted")


async def test_a_stop_before_the_first_word_keeps_what_was_begun(
    chat: ChatOf, member: User, ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await begun(chat, member, ollama)
    queued: asyncio.Future[Job] = asyncio.get_running_loop().create_future()

    async def waits(job: Job) -> None:
        queued.set_result(job)
        await asyncio.Event().wait()

    monkeypatch.setattr(Job, "_write", waits)
    async with client(member) as http:
        asking = asyncio.create_task(http.post(f"/api/v1/answers/{first}/continue"))
        (await queued).stop()
        stopped = (await asking).json()
        old = (await http.get(f"/api/v1/answers/{first}")).json()
    assert (stopped["status"], stopped["response"]) == ("stopped", old["response"])
