"""How a document is cut into passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chunking import LARGEST_PASSAGE, LONG_UNIT, split_document
from retrieval.chunking import size_of as words_in

SENTENCE = "עובד המבקש לצאת לחופשה יגיש בקשה במערכת הנוכחות לפחות שבועיים מראש ויקבל תשובה בכתב. "


def paragraph(sentences: int) -> str:
    return (SENTENCE * sentences).strip()


def test_a_short_document_is_one_passage_with_its_heading_apart() -> None:
    [chunk] = split_document("# חופשה שנתית\n\nהמכסה היא 12 ימים.\n\nהיתרה נצברת.\n")
    assert (chunk.heading, chunk.text) == ("חופשה שנתית", "המכסה היא 12 ימים.\n\nהיתרה נצברת.")


def test_a_short_document_of_several_sections_keeps_their_headings_in_the_text() -> None:
    [chunk] = split_document("# נוהל\n\n## מכסה\n\n12 ימים.\n\n## פדיון\n\nבסיום העבודה.")
    assert (chunk.heading, chunk.text) == ("נוהל", "## מכסה\n\n12 ימים.\n\n## פדיון\n\nבסיום העבודה.")


def test_passages_of_a_long_document_are_named_by_their_headings() -> None:
    text = f"# נוהל\n\n## מכסה\n\n{paragraph(6)}\n\n## פדיון\n\n{paragraph(6)}"
    assert [chunk.heading for chunk in split_document(text)] == ["נוהל › מכסה", "נוהל › פדיון"]


def test_a_long_section_is_shared_out_evenly_at_its_paragraphs() -> None:
    text = "\n\n".join(paragraph(3) for _ in range(8))
    chunks = split_document(text)
    assert all(60 <= words_in(chunk.text) <= LARGEST_PASSAGE for chunk in chunks)
    assert all(chunk.text.endswith(".") and chunk.text.startswith("עובד") for chunk in chunks)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    chunks = split_document(paragraph(40))
    assert len(chunks) > 3
    assert all(chunk.text.endswith("בכתב.") and chunk.text.startswith("עובד") for chunk in chunks)


def test_small_sections_share_a_passage() -> None:
    text = "\n\n".join(f"## סעיף {number}\n\nמשפט קצר אחד בלבד." for number in range(60))
    chunks = split_document(text)
    assert all(words_in(chunk.text) >= 40 for chunk in chunks)
    assert "## סעיף 1" in chunks[0].text


def test_a_table_that_is_cut_carries_its_header_along() -> None:
    rows = "\n".join(f"| תפקיד מספר {number} בארגון | {number * 10} ₪ |" for number in range(80))
    text = f"| תפקיד | סכום |\n|---|---|\n{rows}"
    chunks = split_document(text)
    assert len(chunks) > 2
    assert all(chunk.text.startswith("| תפקיד | סכום |\n|---|---|\n| תפקיד מספר") for chunk in chunks)
    assert all(chunk.text.count("|---|---|") == 1 for chunk in chunks)
    assert chunks[1].text.endswith(text[chunks[1].start : chunks[1].end])


def test_text_without_any_border_is_cut_all_the_same() -> None:
    assert all(words_in(chunk.text) <= LONG_UNIT for chunk in split_document("מילה " * 3000))
    assert all(words_in(chunk.text) <= LONG_UNIT for chunk in split_document("א" * 20_000))


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_nothing_gives_no_passage(text: str) -> None:
    assert split_document(text) == []


def test_a_document_of_headings_alone_is_kept() -> None:
    assert [chunk.text for chunk in split_document("# כותרת\n## עוד כותרת")] == ["# כותרת\n## עוד כותרת"]


PIECES = st.sampled_from(
    [
        SENTENCE,
        paragraph(5),
        "\n",
        "\n\n",
        "# כותרת\n",
        "### משנה\n",
        "- פריט\n",
        "| א | ב |\n",
        "|---|---|\n",
        "```\n",
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_no_word_is_lost_and_offsets_hold(text: str) -> None:
    chunks = split_document(text)
    position = 0
    for chunk in chunks:
        assert chunk.text.endswith(text[chunk.start : chunk.end])
        assert chunk.start >= position
        position = chunk.end
    kept = "".join(text[chunk.start : chunk.end] for chunk in chunks)
    assert kept.count("עובד") == text.count("עובד")
    assert kept.count("פריט") == text.count("פריט")
