"""A question that goes on from the one before is answered about what that one was about."""

from uuid import uuid4

import pytest

from accounts.access import actor_of
from accounts.models import User
from accounts.tenancy import tenant_scope
from chatbot.draft import Draft
from chatbot.llm.extractive import Extractive
from chatbot.turn import TurnRequest, run_turn
from config.kernel.database import in_database
from conversations.types import HistoryItem, Turn
from retrieval import services
from retrieval.access import reader_of

BOATS = """# השכרת כלי שיט

| כלי | תעריף | מקומות |
|---|---|---|
| סירת מפרש | 240 ₪ | 6 |
| קיאק זוגי | 75 ₪ | 2 |

ההשכרה פתוחה עד השעה 18:30."""
LESSONS = "# שיעורי גלישה\n\nשיעור גלישה עולה 130 ₪. כמה שיעורים יחד עולה כל אחד פחות."


@pytest.fixture
def documents(manager: User) -> None:
    for title, content in (("השכרת כלי שיט", BOATS), ("שיעורי גלישה", LESSONS)):
        document = services.create_document(actor=actor_of(manager), title=title, content=content)
        with tenant_scope(document.organization_id):
            services.index_document(document.id)


async def answered(person: User, *questions: str) -> Draft:
    """Return the answer to the last of the questions of a conversation."""
    reader = await in_database(lambda: reader_of(actor_of(person)))()
    *before, last = questions
    turn = Turn(
        conversation_id=uuid4(),
        session_id="boats",
        question_id=uuid4(),
        answer_id=uuid4(),
        organization_id=reader.organization_id,
        user_id=reader.user_id,
        text=last,
        created=True,
    )
    draft = Draft(last)
    history = tuple(HistoryItem("user", text) for text in before)
    async for _step in run_turn(TurnRequest(turn, reader, history), draft, Extractive()):
        pass
    return draft


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documents")
async def test_the_quotation_is_about_what_was_asked_before(member: User) -> None:
    draft = await answered(member, "אפשר לשכור סירת מפרש?", "כמה עולה?")
    assert "240" in draft.text
    assert "130" not in draft.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("documents")
async def test_a_question_without_a_word_of_its_own_is_one_where_it_goes_on(member: User) -> None:
    alone = await answered(member, "עד מתי?")
    assert alone.found is None
    draft = await answered(member, "באיזו שעה ההשכרה פתוחה?", "עד מתי?")
    assert "18:30" in draft.text
    assert draft.citations
