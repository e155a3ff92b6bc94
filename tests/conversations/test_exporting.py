"""A conversation as a file: what was said, in order, with its sources, readable where it is opened."""

import io
import json
import zipfile
from xml.etree import ElementTree

import pytest

from accounts.types import Actor
from config.kernel.errors import NotFoundError
from conversations.docx import document, plain
from conversations.enclosed import enclosed
from conversations.exporting import KINDS, export_conversation
from conversations.formulas import readable_formula
from tests.conversations.turns import QUOTE, answer, ask, citation

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "## מכסה\n\n- **21 ימים** [1]\n- 1. לא רשימה\n\n```\nx = 1\n```\n\x07סוף <b>"


def exported(actor: Actor, kind: str, text: str = TEXT) -> bytes:
    turn = ask(actor, "כמה ימי חופשה?")
    answer(turn, text, citations=[citation()])
    return export_conversation(actor=actor, conversation_id=turn.conversation_id, kind=kind).content


def body_of(file: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))  # noqa: S314  our own
        return ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314  our own


def words(paragraph: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in paragraph.iter(f"{W}t"))


@pytest.mark.usefixtures("open_documents")
def test_markdown_holds_questions_answers_and_quotations_right_to_left(actor: Actor) -> None:
    text = exported(actor, "markdown").decode()
    assert text.startswith('<div dir="rtl">\n\n# כמה ימי חופשה?\n')
    assert TEXT.replace("## ", "#### ").replace("<", r"\<") in text
    assert f"> [1] **נוהל חופשה**: {QUOTE}" in text


def test_an_english_conversation_is_left_to_right(actor: Actor) -> None:
    turn = ask(actor, "How many days?")
    answer(turn, "Twenty one.")
    file = export_conversation(actor=actor, conversation_id=turn.conversation_id, kind="markdown")
    assert file.content.decode().startswith("# How many days?")


@pytest.mark.usefixtures("open_documents")
def test_word_says_right_to_left_in_its_own_terms(actor: Actor) -> None:
    paragraphs = list(body_of(exported(actor, "docx")).iter(f"{W}p"))
    hebrew = [paragraph for paragraph in paragraphs if "ימים" in words(paragraph)]
    assert hebrew
    for paragraph in hebrew:
        assert paragraph.find(f"{W}pPr/{W}bidi") is not None
        assert all(run.find(f"{W}rPr/{W}rtl") is not None for run in paragraph.iter(f"{W}r"))
    (code,) = [paragraph for paragraph in paragraphs if words(paragraph) == "x = 1"]
    assert code.find(f"{W}pPr/{W}bidi") is None


def test_latin_words_in_a_hebrew_line_are_runs_of_their_own() -> None:
    (paragraph,) = body_of(document([plain("מתחברים ל-VPN v3.2 מהבית (C++), 21 ימים")])).iter(f"{W}p")
    runs = [(words(run), run.find(f"{W}rPr/{W}rtl") is not None) for run in paragraph.iter(f"{W}r")]
    assert runs == [
        ("מתחברים ל-", True),
        ("VPN v3.2", False),
        (" מהבית (", True),
        ("C++", False),
        ("), 21 ימים", True),
    ]


def test_json_holds_every_branch(actor: Actor) -> None:
    turn = ask(actor, "ראשונה")
    answer(turn)
    answer(ask(actor, "ערוכה", conversation_id=turn.conversation_id, parent_id=turn.question_id))
    file = export_conversation(actor=actor, conversation_id=turn.conversation_id, kind="json")
    said = [message["text"] for message in json.loads(file.content)["messages"]]
    assert said == ["ראשונה", "21 ימים [1].", "ערוכה", "21 ימים [1]."]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_conversation_and_a_name_for_no_file_are_written_too(actor: Actor, kind: str) -> None:
    turn = ask(actor, '../../etc/\u202epasswd: *?"<>|')
    file = export_conversation(actor=actor, conversation_id=turn.conversation_id, kind=kind)
    assert file.name.split(".")[0].split() == ["etc", "passwd"]
    assert file.content


@pytest.mark.parametrize("kind", ["markdown", "docx"])
def test_the_branch_that_is_shown_is_saved(actor: Actor, kind: str) -> None:
    turn = ask(actor, "ראשונה")
    answer(turn, "התשובה הישנה")
    answer(ask(actor, "ערוכה", conversation_id=turn.conversation_id, parent_id=turn.question_id), "חדשה")
    file = export_conversation(
        actor=actor, conversation_id=turn.conversation_id, kind=kind, through=turn.question_id
    )
    said = (
        file.content.decode()
        if kind == "markdown"
        else "".join(text.text or "" for text in body_of(file.content).iter(f"{W}t"))
    )
    assert "התשובה הישנה" in said
    assert "ערוכה" not in said


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("# א\n> ## ב\n###### ג\n#לא", "### א\n> #### ב\n###### ג\n#לא"),
        ("```py\n# x <b> ![a](b)\n", "```py\n# x <b> ![a](b)\n\n```"),
        ("~~~~\n~~~\n~~~~\n# א", "~~~~\n~~~\n~~~~\n### א"),
        ("``` א ``` ב\n# א", "``` א ``` ב\n### א"),
        ("![תמונה](https://a.example/x.png)!", "[תמונה](https://a.example/x.png)!"),
        ("`![a](b) <b>` ו-``<i> ` ``, <b>x</b>", "`![a](b) <b>` ו-``<i> ` ``, \\<b>x\\</b>"),
        ("</div>\n5 < 6", "\\</div>\n5 < 6"),
    ],
)
def test_the_markdown_of_a_message_ends_with_it(text: str, within: str) -> None:
    assert enclosed(text, below=2) == within


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (r"\frac{a+b}{2} \times x^2", "(a+b)/2 × x²"),
        (r"\sqrt{\frac{a}{b}} \leq x_{12}", "√(a/b) ≤ x₁₂"),
        (r"\text{ימים} \cdot 100\%", "ימים · 100%"),
        (r"\unknown{x}^{ab}", r"\unknown{x}^(ab)"),
    ],
)
def test_a_formula_can_be_read_where_nothing_sets_it(source: str, line: str) -> None:
    assert readable_formula(source) == line


MIXED = r"""מוקד *2700 או +972-3-123-4567, `x=1`, ב-C:\docs\ ו-D:\Users\Dana Levi\a.txt, $x^2$, ~~לא~~ *כן*

- ראשון
  1. עמוק עם [קישור](https://a.example/?b=1&c=2)
- אחרון"""


@pytest.mark.usefixtures("open_documents")
def test_word_keeps_looks_nested_lists_links_and_runs_from_left_to_right(actor: Actor) -> None:
    file = exported(actor, "docx", MIXED)
    paragraphs = {words(each): each for each in body_of(file).iter(f"{W}p")}
    line = r"מוקד *2700 או +972-3-123-4567, x=1, ב-C:\docs\ ו-D:\Users\Dana Levi\a.txt, x², לא כן"
    runs = list(paragraphs[line].iter(f"{W}r"))
    from_left = [words(run) for run in runs if run.find(f"{W}rPr/{W}rtl") is None]
    assert from_left == [
        "*2700",
        "+972-3-123-4567",
        "x=1",
        "C:\\docs\\",
        "D:\\Users\\Dana Levi\\a.txt",
        "x²",
    ]
    looks = {words(run): {each.tag.removeprefix(W) for each in run.iter()} for run in runs}
    assert "strike" in looks["לא"]
    assert {"i", "iCs"} <= looks["כן"]
    indents = {text: each.find(f"{W}pPr/{W}ind") for text, each in paragraphs.items() if text[:1] in "•1"}
    starts = [str(each.get(f"{W}start")) for each in indents.values() if each is not None]
    assert starts == ["420", "840", "420"]
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        assert b'Target="https://a.example/?b=1&amp;c=2"' in package.read("word/_rels/document.xml.rels")


def test_nobody_else_saves_it(actor: Actor, manager_actor: Actor, outside_actor: Actor) -> None:
    turn = ask(actor)
    for stranger in (manager_actor, outside_actor):
        with pytest.raises(NotFoundError):
            export_conversation(actor=stranger, conversation_id=turn.conversation_id, kind="json")
