"""Citation markers while they stream."""

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.citations import CitationStream, marked_by_passage
from chatbot.llm.port import Piece
from retrieval.types import DocumentRef, FoundPassage, Sentence

TEXTS = (
    "מכסת החופשה היא 12 ימים. את הבקשה מגישים 14 יום מראש.",
    "בקשת החזר מוגשת בטופס 12-B. ההחזר משולם בתוך 30 יום.",
    "איפוס סיסמה נעשה בפורטל. למענה טלפוני יש לחייג לשלוחה 2700.",
)


def passage(text: str) -> FoundPassage:
    sentences = []
    for found in re.finditer(r"[^.]+\.", text):
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        sentences.append(Sentence(text[start : found.end()], start, found.end(), 0.5))
    document = DocumentRef(uuid4(), "נוהל", "כללי")
    return FoundPassage(
        id=uuid4(),
        document=document,
        text=text,
        page=None,
        heading="",
        score=1.0,
        dense=0.9,
        sentences=tuple(sentences),
    )


PASSAGES = tuple(passage(text) for text in TEXTS)


def streamed(*parts: str) -> tuple[str, CitationStream]:
    stream = CitationStream(PASSAGES)
    return "".join(stream.feed(Piece(part)) for part in parts) + stream.flush(), stream


def test_markers_are_numbered_by_their_first_use() -> None:
    text, stream = streamed("איפוס בפורטל [3]. החופשה 12 ימים [1]. שוב [3].")
    assert text == "איפוס בפורטל [1]. החופשה 12 ימים [2]. שוב [1]."
    assert [(citation.number, citation.passage_id) for citation in stream.citations] == [
        (1, PASSAGES[2].id),
        (2, PASSAGES[0].id),
    ]


def test_a_marker_without_a_passage_vanishes_with_the_space_before_it() -> None:
    assert streamed("החופשה [9] מאושרת [0].")[0] == "החופשה מאושרת."


def test_what_stands_around_a_vanished_marker_does_not_become_one() -> None:
    text, stream = streamed("החופשה [12 [9]] מאושרת.")
    assert text == "החופשה [12…] מאושרת."
    assert not stream.citations


def test_lists_of_numbers_become_single_markers() -> None:
    assert streamed("כך [2, 1,7].")[0] == "כך [1][2]."


@pytest.mark.parametrize("text", ["בשנת [2024] נקבע", "מערך[i] ריק", "סוגר [ פתוח", "ריק []"])
def test_other_brackets_are_left_alone(text: str) -> None:
    assert streamed(text)[0] == text


def test_the_quotation_is_the_sentence_that_supports_the_claim() -> None:
    _text, stream = streamed("יש לחייג לשלוחה 2700 למענה טלפוני [3].")
    (citation,) = stream.citations
    assert citation.quote == "למענה טלפוני יש לחייג לשלוחה 2700."
    assert TEXTS[2][citation.start : citation.end] == citation.quote


def test_every_quotation_has_a_number_of_its_own_and_keeps_it() -> None:
    text, stream = streamed("יש 12 ימי חופשה [1]. מגישים בקשה מראש [1]. ושוב: מכסת החופשה 12 ימים [1].")
    assert text == "יש 12 ימי חופשה [1]. מגישים בקשה מראש [2]. ושוב: מכסת החופשה 12 ימים [1]."
    assert [(each.number, each.quote) for each in stream.citations] == [
        (1, "מכסת החופשה היא 12 ימים."),
        (2, "את הבקשה מגישים 14 יום מראש."),
    ]


def test_a_quotation_inside_of_another_has_its_number() -> None:
    stream = CitationStream(PASSAGES)
    shown = [
        stream.feed(Piece(" [1]", quotes=(0, len(TEXTS[0])))),
        stream.feed(Piece(" [1]", quotes=(0, 10))),
        stream.feed(Piece(" [2]", quotes=(0, 10))),
    ]
    assert shown == [" [1]", " [1]", " [2]"]


def test_no_number_has_three_digits() -> None:
    stream = CitationStream(PASSAGES)
    text = "".join(stream.feed(Piece(" [1]", quotes=(start, start + 1))) for start in range(120))
    assert re.findall(r"\d+", text)[-1] == str(len(stream.citations)) == "99"
    assert stream.feed(Piece(" [2]", quotes=(0, 1))) == ""


def test_what_was_begun_goes_on_with_its_numbers_though_its_passages_are_counted_anew() -> None:
    begun, first = streamed("יש לחייג לשלוחה 2700 [3]. מגישים מראש [1]. איפוס בפורטל [3].")
    in_prompt = (PASSAGES[2], PASSAGES[0], PASSAGES[1])
    assert [each.number for each in first.citations] == [1, 2, 3]
    assert marked_by_passage(begun, first.citations, in_prompt) == (
        "יש לחייג לשלוחה 2700 [1]. מגישים מראש [2]. איפוס בפורטל [1]."
    )
    stream = CitationStream(in_prompt, begun=begun, cited=first.citations)
    assert stream.feed(Piece(" החזר בטופס [3].")) == " החזר בטופס [4]."
    assert stream.citations[:3] == first.citations


def test_brackets_inside_a_quotation_are_no_markers() -> None:
    stream = CitationStream(PASSAGES)
    shown = (
        stream.feed(Piece("ראו סעיף [2] בנוהל", verbatim=True)) + stream.feed(Piece(" [1]")) + stream.flush()
    )
    assert shown == "ראו סעיף (2) בנוהל [1]"
    assert [citation.passage_id for citation in stream.citations] == [PASSAGES[0].id]


@given(
    st.lists(
        st.sampled_from(["[1]", "[2]", "[3]", "[4]", "[1,3]", "[", "]", " ", "מילה", "12", "[2024]", "\n"])
    ),
    st.data(),
)
def test_how_the_text_is_cut_into_pieces_never_matters(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole, cut = streamed(text), streamed(*pieces)
    assert cut[0] == whole[0]
    assert cut[1].citations == whole[1].citations
    numbers = {int(number) for number in re.findall(r"\[(\d{1,2})\]", whole[0])}
    assert numbers <= {citation.number for citation in whole[1].citations}
