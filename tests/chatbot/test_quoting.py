"""What the answerer without a model quotes, and how."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from chatbot.citations import CitationStream
from chatbot.confidence import share_borne_out, words_over
from chatbot.llm.extractive import Extractive
from chatbot.llm.port import ChatMessage, Prompt
from retrieval.sentences import quotes_of
from retrieval.types import DocumentRef, FoundPassage, Sentence

SENIORITY = """המכסה נקבעת לפי ותק.

| ותק בשנים | ימי חופשה בשנה |
|---|---|
| 1–3 | 15 |
| 4–6 | 18 |
| 7 ומעלה | 24 |

ימי חג אינם נגרעים מהמכסה."""
NOTICE = """## הגשת בקשה

הבקשה לחופשה מוגשת מראש:

- עד יומיים: 3 ימי עבודה מראש.
- יותר מיומיים: 14 ימים מראש."""
HOURS = "המוקד פתוח משמונה בבוקר. בערב יש כוננות. תקלות מטופלות לפי דחיפות."


def passage(
    text: str, title: str = "נוהל חופשה", *, document: int = 1, ordinal: int = 0, score: float = 0.9
) -> FoundPassage:
    sentences = tuple(
        Sentence(text[each.start : each.end], each.start, each.end, 0.5) for each in quotes_of(text)
    )
    return FoundPassage(
        id=uuid4(),
        document=DocumentRef(UUID(int=document), title, ""),
        text=text,
        page=None,
        heading="",
        score=score,
        dense=None,
        sentences=sentences,
        ordinal=ordinal,
    )


async def answer(
    question: str, passages: Sequence[FoundPassage], meant: str = ""
) -> tuple[str, CitationStream]:
    prompt = Prompt((ChatMessage("user", question),), question, tuple(passages), 100, meant=meant)
    stream = CitationStream(prompt.passages)
    parts = [stream.feed(piece) async for piece in Extractive().stream(prompt)]
    return "".join(parts) + stream.flush(), stream


async def test_a_table_is_quoted_with_its_columns_and_all_rows_and_one_mark() -> None:
    text, stream = await answer("כמה ימי חופשה בשנה אחרי שנתיים?", [passage(SENIORITY)])
    table = SENIORITY[SENIORITY.index("| ותק") : SENIORITY.index("\n\nימי")]
    assert text == table.removesuffix(" |") + " [1] |"
    (citation,) = stream.citations
    assert citation.quote == table == SENIORITY[citation.start : citation.end]


async def test_of_a_long_table_the_header_and_the_rows_around_the_number_are_quoted() -> None:
    rows = "\n".join(f"| {start}–{start + 9} | {start * 3} |" for start in range(1, 300, 10))
    text, stream = await answer(
        "כמה ימי חופשה אחרי 125 שנים?", [passage(f"| ותק בשנים | ימי חופשה |\n|---|---|\n{rows}")]
    )
    lines = text.splitlines()
    assert lines[:2] == ["| ותק בשנים | ימי חופשה |", "|---|---|"]
    assert "| 121–130 | 363 |" in text.replace(" [1]", "")
    assert len(lines) < 10
    assert stream.citations[0].quote in rows


async def test_each_part_of_a_question_is_answered_in_document_order() -> None:
    notice, seniority = passage(NOTICE, ordinal=1, score=1.0), passage(SENIORITY, ordinal=0)
    text, stream = await answer("כמה זמן מראש מגישים בקשה וכמה ימי חופשה מגיעים בשנה?", [notice, seniority])
    assert text.index("| 1–3 | 15 |") < text.index("הבקשה לחופשה מוגשת מראש:") < text.index("14 ימים מראש.")
    assert [citation.passage_id for citation in stream.citations] == [seniority.id, notice.id]
    assert all(f"[{number}]" in text for number in (1, 2))


async def test_neighbouring_sentences_share_one_mark() -> None:
    text, stream = await answer("מתי המוקד פתוח בערב?", [passage(HOURS, "מוקד")])
    assert text.count("[1]") == 1
    assert stream.citations[0].quote in HOURS


@pytest.mark.parametrize(
    "text", ["# נוהל חופשה\n\nנוהל חופשה\n\nהחופשה בת שבוע.", "נוהל חופשה\n\nהחופשה בת שבוע."]
)
async def test_a_heading_is_never_quoted(text: str) -> None:
    assert (await answer("מהו נוהל החופשה?", [passage(text)]))[0] == "החופשה בת שבוע. [1]"


async def test_the_row_that_states_the_amount_beats_the_same_number_elsewhere() -> None:
    approvals = "| סכום | מאשר |\n|---|---|\n| עד 2,500 ₪ | ממונה |\n| 2,501–25,000 ₪ | מנהל אגף |"
    budget = "העברה בתקציב היא עד 20,000 ₪."
    text, _stream = await answer(
        "מי מאשר רכישה ב-20,000 ₪?",
        [passage(approvals, "הזמנת רכש"), passage(budget, "תקציב", document=2, score=0.6)],
    )
    assert "2,501–25,000 ₪" in text


async def test_passages_without_a_sentence_give_no_answer() -> None:
    assert (await answer("מה?", []))[0] == ""
    assert (await answer("מה?", [passage("# כותרת")]))[0] == ""


async def test_brackets_in_a_quotation_are_no_marks() -> None:
    text, stream = await answer("מה נאמר בסעיף?", [passage("בסעיף [3] נאמר הכול.")])
    assert text == "בסעיף (3) נאמר הכול. [1]"
    assert len(stream.citations) == 1


async def test_the_steps_are_quoted_and_not_the_sentence_that_says_where_they_stand() -> None:
    text = "הנוהל מסביר מה עושים בהצפה.\n\n## בזמן הצפה\n\n1. יש לסגור את הברז.\n2. יש לעלות קומה."
    assert "לסגור את הברז" in (await answer("מה עושים בהצפה?", [passage(text, "הצפה")]))[0]


async def test_who_asks_for_a_phone_number_gets_one() -> None:
    text = "הגזברות גובה תשלומים. הגזברות יושבת בקומה השנייה. הגזברות: שלוחה 4410."
    assert "4410" in (await answer("מה הטלפון של הגזברות?", [passage(text, "גזברות")]))[0]


async def test_an_amount_said_in_words_finds_its_row() -> None:
    approvals = "| סכום | מאשר |\n|---|---|\n| עד 2,500 ₪ | ממונה |\n| 2,501–25,000 ₪ | מנהל אגף |"
    text, _stream = await answer("מי מאשר רכישה מעל עשרת אלפים שקל?", [passage(approvals, "הזמנת רכש")])
    assert "2,501–25,000 ₪" in text


async def test_a_word_of_the_same_root_counts() -> None:
    text = "הדיירים מתאספים בחצר. התשלום יוצא בעשירי בחודש."
    assert "בעשירי" in (await answer("מתי משלמים?", [passage(text, "ועד הבית")]))[0]


@pytest.mark.parametrize(
    "text",
    [
        "**איך פותחים את ארון החשמל?** במפתח האדום.\n\n**מי מחליף נורות?** אב הבית.",
        "שאלה: איך פותחים את ארון החשמל? תשובה: במפתח האדום.\n\nשאלה: מי מחליף נורות? תשובה: אב הבית.",
        "איך פותחים את ארון החשמל?\n\nבמפתח האדום.\n\nמי מחליף נורות?\n\nאב הבית.",
        "## איך פותחים את ארון החשמל?\nבמפתח האדום.\n\n## מי מחליף נורות?\nאב הבית.",
    ],
)
async def test_a_document_of_questions_is_quoted_by_its_answers(text: str) -> None:
    found = [passage(text, "שאלות ותשובות")]
    for question, said, unsaid in (
        ("איך פותחים את ארון החשמל?", "במפתח האדום.", "אב הבית"),
        ("מי מחליף נורות?", "אב הבית.", "במפתח"),
    ):
        answered, stream = await answer(question, found)
        assert said in answered
        assert unsaid not in answered
        assert "?" not in answered
        cited = [(each.start, each.end) for each in stream.citations]
        over = [words for start, end in cited for words in words_over(found[0], start, end)]
        assert share_borne_out(question, answered, found, over) == 1.0


async def test_what_a_question_goes_on_from_says_what_it_is_about_and_is_not_answered_again() -> None:
    repairs = passage("התיקון של אופניים עולה 55 ₪. המוסך פתוח בבוקר.", "מוסך", document=2, score=0.5)
    lending = passage("אופניים מושאלים בשער. ליום משלמים על אופניים 32 ₪.", "השאלת אופניים")
    before, question = "איפה משאילים אופניים בשער?", "כמה עולה השאלה?"
    text, _stream = await answer(question, [lending, repairs], f"{before} {question}")
    assert "32 ₪" in text
    assert "55" not in text


async def test_lines_without_a_full_stop_are_quoted_as_they_are() -> None:
    text = 'משרד להשכרה\n\nדמי שכירות 4,150 ₪ לחודש\n\nשטח 61 מ"ר\n\nמסירת מפתח ב-9 במאי'
    for question, said in (("מה דמי השכירות?", "4,150"), ("מה השטח?", "61"), ("מתי מסירת המפתח?", "9 במאי")):
        answered, _stream = await answer(question, [passage(text, "משרד")])
        assert said in answered
