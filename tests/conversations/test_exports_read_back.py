"""A conversation that was saved, opened by the programs of others: Word, Markdown and JSON."""

import io
import json
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from docx.enum.table import WD_TABLE_DIRECTION
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt

from accounts.models import User
from accounts.types import Actor
from conversations.exporting import export_conversation
from conversations.types import Turn
from tests.conftest import ApiClientOf
from tests.conversations.turns import QUOTE, answer, ask, citation

QUESTION = "כמה ימי חופשה (בשנה) מגיעים לי ב-2026?"
ANSWER = """## מכסת החופשה

הזכאות היא **21 ימים** בשנה, לפי סעיף 3(ב) [1].

- בקשה מוגשת ב-HR Portal
1. אישור המנהלת תוך 48 שעות

> ימים שלא נוצלו נצברים.

```
days = 21  # ימים
```

All requests are answered in English as well."""
HEBREW = "אבגדהוזחטיכךלמםנןסעפףצץקרשת"

pytestmark = pytest.mark.usefixtures("open_documents")


def talk(actor: Actor) -> Turn:
    turn = ask(actor, QUESTION)
    answer(turn, ANSWER, citations=[citation()])
    return turn


def saved(actor: Actor, turn: Turn, kind: str) -> bytes:
    return export_conversation(actor=actor, conversation_id=turn.conversation_id, kind=kind).content


def is_rtl(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr  # python-docx has no name for the direction of a paragraph
    return properties is not None and properties.find(qn("w:bidi")) is not None


def style_of(paragraph: Paragraph) -> str:
    return str(paragraph.style.name) if paragraph.style else ""


def of_text(paragraphs: list[Paragraph], text: str) -> Paragraph:
    (found,) = [paragraph for paragraph in paragraphs if paragraph.text == text]
    return found


def test_word_has_every_line_in_its_order_and_letters_in_theirs(actor: Actor) -> None:
    paragraphs = docx.Document(io.BytesIO(saved(actor, talk(actor), "docx"))).paragraphs
    assert [
        paragraph.text for paragraph in paragraphs if not style_of(paragraph).startswith("Heading 1")
    ] == [
        QUESTION,
        QUESTION,
        "מכסת החופשה",
        "הזכאות היא 21 ימים בשנה, לפי סעיף 3(ב) [1].",
        "• בקשה מוגשת ב-HR Portal",
        "1. אישור המנהלת תוך 48 שעות",
        "ימים שלא נוצלו נצברים.",
        "days = 21  # ימים",
        "All requests are answered in English as well.",
        f"[1] נוהל חופשה: {QUOTE}",
    ]


def test_word_writes_hebrew_from_the_right_and_latin_within_it_from_the_left(actor: Actor) -> None:
    paragraphs = docx.Document(io.BytesIO(saved(actor, talk(actor), "docx"))).paragraphs
    assert [style_of(paragraph) for paragraph in paragraphs[:2]] == ["Title", "Heading 1"]
    for paragraph in paragraphs:
        is_hebrew = any(letter in HEBREW for letter in paragraph.text) and style_of(paragraph) != "Code"
        assert is_rtl(paragraph) is is_hebrew, paragraph.text
        for run in paragraph.runs:
            if any(letter in HEBREW for letter in run.text) and is_hebrew:
                assert run.font.rtl, run.text
    item = of_text(paragraphs, "• בקשה מוגשת ב-HR Portal")
    assert [(run.text, bool(run.font.rtl)) for run in item.runs] == [
        ("• בקשה מוגשת ב-", True),
        ("HR Portal", False),
    ]


TABLE = """לפי הוותק:

| ותק בשנים | ימים \\| חופשה |
|---|---:|
| **1–3** | 15 |
| VPN | [1] |

| Tool | Version |
|---|---|
| Docker | 27.1 | extra |
| Git |"""


def test_word_has_tables_as_tables_from_the_side_where_they_begin(actor: Actor) -> None:
    turn = ask(actor, QUESTION)
    answer(turn, TABLE, citations=[replace(citation(), quote="| ותק | ימים |\n|---|---|\n| 1–3 | 15 |")])
    file = docx.Document(io.BytesIO(saved(actor, turn, "docx")))
    hebrew, english = file.tables
    assert [[cell.text for cell in row.cells] for row in hebrew.rows] == [
        ["ותק בשנים", "ימים | חופשה"],
        ["1–3", "15"],
        ["VPN", "[1]"],
    ]
    assert [[cell.text for cell in row.cells] for row in english.rows] == [
        ["Tool", "Version"],
        ["Docker", "27.1"],
        ["Git", ""],
    ]
    assert (hebrew.table_direction, english.table_direction) == (WD_TABLE_DIRECTION.RTL, None)
    assert style_of(hebrew.cell(0, 0).paragraphs[0]) == "Table Heading"
    assert is_rtl(hebrew.cell(0, 0).paragraphs[0])
    assert not is_rtl(hebrew.cell(2, 0).paragraphs[0])
    assert not any(
        "|---" in paragraph.text or paragraph.text.startswith("|") for paragraph in file.paragraphs
    )
    assert file.paragraphs[-1].text == "[1] נוהל חופשה: ותק · ימים\n1–3 · 15"


def test_markdown_is_parsed_to_what_was_said(actor: Actor) -> None:
    text = saved(actor, talk(actor), "markdown").decode()
    tokens = MarkdownIt().parse(text)
    assert tokens[0].content.strip() == '<div dir="rtl">'
    assert tokens[-1].content.strip() == "</div>"
    headings = [after.content for before, after in pairwise(tokens) if before.tag == "h1"]
    assert headings[0] == QUESTION
    assert ANSWER.replace("## ", "#### ") in text
    quotes = [token for token in tokens if token.type == "inline" and token.content.startswith("[1]")]
    assert [token.content for token in quotes] == [f"[1] **נוהל חופשה**: {QUOTE}"]


def test_json_says_what_the_interface_says(actor: Actor, member: User, api: ApiClientOf) -> None:
    turn = talk(actor)
    http = api(member)
    said = http.get(f"/api/v1/conversations/{turn.conversation_id}/messages").json()["results"]
    file = json.loads(http.get(f"/api/v1/conversations/{turn.conversation_id}/export?type=json").content)
    assert file["id"] == str(turn.conversation_id)
    assert file["title"] == QUESTION
    assert sorted(file["messages"], key=lambda each: each["id"]) == sorted(said, key=lambda each: each["id"])
    assert [message["text"] for message in file["messages"]] == [QUESTION, ANSWER]
