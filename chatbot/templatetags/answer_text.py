"""Text of questions and answers as HTML: each block with its direction, nothing of it taken for markup."""

import re
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from chatbot.markdown import AnswerContext, render_answer
from chatbot.thread import Answer
from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.pieces import Piece, pieces_of
from config.kernel.readable import CELL_GAP, readable_lines

register = template.Library()

# A line of both directions: the browser's sign of what is cut off would take the beginning of a run away.
_OF_BOTH = re.compile(r"(?=.*[A-Za-z0-9]).*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]", re.DOTALL)
_MIXED = mark_safe(' class="mixed"')


@register.filter
def trimmed(text: str) -> str:
    """Return what a template made of words without the space around them, where a space would be seen."""
    return text.strip()


@register.simple_tag
def block_direction(text: str) -> SafeString:
    """Return the `dir` and `lang` attributes for an element that holds `text`."""
    direction = dominant_direction(text)
    return format_html('dir="{}" lang="{}"', direction, "he" if direction == "rtl" else "en")


@register.simple_tag
def isolated(text: str) -> SafeString:
    """Return `text` with the runs that its direction would disturb isolated; addresses are no links here."""
    return _joined(_plain(piece) for piece in pieces_of(text, is_citation=lambda _number: False))


@register.simple_tag
def phrase(text: str) -> SafeString:
    """Return a title or name as one isolated run with the direction of its own script."""
    mixed = _MIXED if _OF_BOTH.match(text) else ""
    return format_html("<bdi {}{}>{}</bdi>", block_direction(text), mixed, isolated(text))


@register.simple_tag
def found(text: str, words: str) -> SafeString:
    """Return an excerpt as a phrase in which the words that were searched for are marked."""
    pieces = pieces_of(text, is_citation=lambda _number: False)
    said = _joined(_plain(Piece(piece.kind, _marked(piece.text, words.strip()))) for piece in pieces)
    return format_html("<bdi {}>{}</bdi>", block_direction(text), said)


@register.simple_tag
def quotation(text: str) -> SafeString:
    """Return a quotation's lines without the signs of their form, the cells of a row beside one another."""
    lines = [
        format_html_join(CELL_GAP, "{}", ((phrase(cell),) for cell in cells))
        if len(cells) > 1
        else isolated(cells[0])
        for cells in readable_lines(text)
    ]
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


@register.simple_tag
def answer_text(answer: Answer) -> SafeString:
    """Return an answer's text, formatted, with links at its citation marks."""
    context = AnswerContext(
        id=str(answer.id),
        citations={citation.number: citation.document_title for citation in answer.citations},
        documents=answer.documents,
        label=_label,
    )
    return render_answer(answer.text, context)


def _marked(text: str, words: str) -> str:
    at = text.lower().find(words.lower()) if words else -1
    if at < 0:
        return text
    end = at + len(words)
    return format_html("{}<mark>{}</mark>{}", text[:at], text[at:end], text[end:])


def _label(number: int, title: str) -> str:
    return gettext("Source {number}: {title}").format(number=number, title=title)


def _plain(piece: Piece) -> SafeString:
    return format_html(_FORMS[piece.kind], piece.text)


_FORMS = {
    "text": "{}",
    "code": '<code dir="ltr">{}</code>',
    "isolate": '<bdi dir="ltr">{}</bdi>',
    "amount": '<span class="amount">{}</span>',
    "path": '<bdi dir="ltr" class="breakable">{}</bdi>',
    "link": '<bdi dir="ltr" class="breakable">{}</bdi>',
}


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
