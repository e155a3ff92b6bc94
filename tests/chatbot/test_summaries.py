"""A file that shall be summarised is read in its order, and not searched for the words of the request."""

from typing import Any
from uuid import UUID

import pytest

from accounts.access import actor_of
from accounts.models import User
from chatbot.summaries import summary_request
from config.kernel.database import in_database
from retrieval.access import reader_of
from retrieval.types import SearchResult
from retrieval.whole_files import PASSAGES, read_files
from tests.chatbot.test_chat_api import client
from tests.chatbot.test_conversation_files import CONVERSATIONS, _files_in_a_scratch_folder, ask, relay_all

__all__ = ["_files_in_a_scratch_folder"]

CHAPTERS = [
    " ".join(f"פרק {number} משפט {place}: כאן נאמר דבר אחר." for place in range(1, 26))
    for number in range(1, 31)
]
REPORT = "\n\n".join(CHAPTERS)
MINUTES = """# סיכום ישיבה

## תקציב

ההנהלה אישרה תקציב של מיליון שקלים. הפירוט בנספח. הנספח יופץ מחר.

## כוח אדם

גויסו שלושה מהנדסים. עוד שניים יגויסו בקיץ.

## מכירות

| חודש | עסקאות |
|---|---|
| מרץ | 40 |
| אפריל | 52 |
"""
OFFER = "הצעת המחיר של ספק הצבעים היא ארבעים אלף שקלים. תוקפה עד סוף החודש."


@pytest.mark.parametrize(
    ("message", "named"),
    [
        ("סכם את הקובץ", ()),
        ("סכמי לי בבקשה את המסמך המצורף", ()),
        ("תמצת את המסמך המצורף", ()),
        ("אפשר לקבל תקציר של הקבצים שצירפתי?", ()),
        ("Summarize the attached file, please", ()),
        ("TL;DR", None),
        ("tldr", ()),
        ("סכם את דוח שנתי", ("דוח", "שנתי")),
        ("כמה ימי חופשה יש?", None),
        ("מה תוקף ההצעה שבקובץ?", None),
        ("", None),
    ],
)
def test_a_request_is_known_by_its_words_alone(message: str, named: tuple[str, ...] | None) -> None:
    assert summary_request(message) == named


async def begun(http: Any, files: dict[str, str]) -> str:
    conversation = (await http.post(CONVERSATIONS, json={})).json()["id"]
    for name, text in files.items():
        sent = {"file": (name, text.encode(), "text/plain")}
        await http.post(f"{CONVERSATIONS}/{conversation}/files", files=sent)
    await in_database(relay_all)()
    return str(conversation)


def whole(person: User, conversation: str, **wanted: Any) -> SearchResult | None:
    reader = reader_of(actor_of(person))
    return read_files(reader=reader, conversation_id=UUID(conversation), **wanted)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("knowledge")
class TestWithFiles:
    @pytest.mark.parametrize("request_", ["סכם את הקובץ", "תמצת את המסמך המצורף", "summarize the file"])
    async def test_the_sources_are_the_file_in_its_order_and_its_beginnings_are_quoted(
        self, member: User, request_: str
    ) -> None:
        async with client(member) as http:
            conversation = await begun(http, {"דוח שנתי.txt": REPORT})
            answer = await ask(http, conversation, request_)
        assert (answer["status"], answer["confidence_level"]) == ("complete", "medium")
        assert {source["document"]["title"] for source in answer["sources"]} == {"דוח שנתי"}
        assert 1 < len(answer["sources"]) <= PASSAGES
        quotes = [citation["quote"] for citation in answer["citations"]]
        places = [REPORT.index(quote) for quote in quotes]
        assert len(quotes) > 2
        assert places == sorted(places)
        assert quotes[0].startswith("פרק 1 משפט 1")
        assert places[-1] > len(REPORT) / 2

    async def test_a_short_file_is_quoted_by_its_sections_and_does_not_sound_sure(self, member: User) -> None:
        async with client(member) as http:
            conversation = await begun(http, {"סיכום.md": MINUTES})
            answer = await ask(http, conversation, "סכם את הקובץ")
        assert "ההנהלה אישרה תקציב של מיליון שקלים." in answer["response"]
        assert "גויסו שלושה מהנדסים." in answer["response"]
        assert "| מרץ | 40 |" in answer["response"]
        assert "הפירוט בנספח" not in answer["response"]
        assert len(answer["citations"]) >= 1
        assert answer["confidence_level"] == "medium"
        assert answer["confidence_reasons"] == ["excerpts"]

    async def test_two_files_share_the_room_and_a_named_one_has_it_alone(self, member: User) -> None:
        async with client(member) as http:
            conversation = await begun(http, {"דוח שנתי.txt": REPORT, "הצעה.txt": OFFER})
            both = await ask(http, conversation, "סכם את הקבצים")
            named = await ask(http, conversation, "סכם את הצעה")
        titles = {source["document"]["title"] for source in both["sources"]}
        assert titles == {"דוח שנתי", "הצעה"}
        assert {citation["document_id"] for citation in both["citations"]} >= {
            citation["document_id"] for citation in named["citations"]
        }
        assert {source["document"]["title"] for source in named["sources"]} == {"הצעה"}
        assert "ארבעים אלף" in named["response"]

    async def test_what_is_no_file_there_is_searched_for(self, member: User, other_member: User) -> None:
        async with client(member) as http:
            without = await ask(http, None, "סכם את הקובץ")
            conversation = await begun(http, {"הצעה.txt": OFFER})
            other = await ask(http, conversation, "סכם את נוהל הביטחון")
        assert without["citations"] == []
        assert not await in_database(whole)(member, conversation, named=("ביטחון",))
        assert "ארבעים אלף" not in str(other["citations"])
        assert await in_database(whole)(member, conversation) is not None
        assert await in_database(whole)(other_member, conversation) is None

    async def test_more_files_than_passages_are_bounded_too(self, member: User) -> None:
        async with client(member) as http:
            conversation = await begun(http, {f"קובץ {n}.txt": f"{OFFER} מספר {n}." for n in range(3)})
        found = await in_database(whole)(member, conversation, limit=2)
        assert found is not None
        assert len(found.passages) == 2
