"""Text of questions and answers as HTML: each block with its direction, nothing of it taken for markup."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from chatbot.answer_text import Block, Piece, blocks_of, pieces_of
from chatbot.thread import Answer
from config.kernel.hebrew.direction import dominant_direction
from conversations.types import CitationData

register = template.Library()


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
    return format_html("<bdi {}>{}</bdi>", block_direction(text), isolated(text))


@register.simple_tag
def answer_text(answer: Answer) -> SafeString:
    """Return an answer's text as paragraphs and lists, with links at its citation marks."""
    citations = {citation.number: citation for citation in answer.citations}
    return _joined(_block(block, answer, citations) for block in blocks_of(answer.text))


def _block(block: Block, answer: Answer, citations: Mapping[int, CitationData]) -> SafeString:
    attributes = block_direction("\n".join(block.lines))
    lines = [_line(line, answer, citations) for line in block.lines]
    if block.kind == "list":
        items = [_document(line, answer) or html for line, html in zip(block.lines, lines, strict=True)]
        return format_html("<ul {}>{}</ul>", attributes, _each("<li>{}</li>", items))
    return format_html("<p {}>{}</p>", attributes, _each("{}", lines, between=SafeString("<br>")))


def _document(title: str, answer: Answer) -> SafeString | None:
    """Return the button of a document that is named in a list, if the answer's search found it."""
    passage_id = answer.documents.get(title.strip())
    if passage_id is None:
        return None
    return format_html(
        '<button type="button" class="link" data-passage="{}" data-title="{}">{}</button>',
        passage_id,
        title.strip(),
        phrase(title.strip()),
    )


def _line(line: str, answer: Answer, citations: Mapping[int, CitationData]) -> SafeString:
    pieces = pieces_of(line, is_citation=citations.__contains__)
    return _joined(_piece(piece, answer, citations) for piece in pieces)


def _piece(piece: Piece, answer: Answer, citations: Mapping[int, CitationData]) -> SafeString:
    if piece.kind == "mark":
        return _mark(citations[piece.number], answer)
    if piece.kind == "link":
        return format_html(_LINK, piece.href, piece.text)
    return _plain(piece)


def _plain(piece: Piece) -> SafeString:
    return format_html(_FORMS[piece.kind], piece.text)


_LINK = '<bdi dir="ltr" class="breakable"><a href="{}" rel="noopener noreferrer" target="_blank">{}</a></bdi>'
_FORMS = {
    "text": "{}",
    "code": '<code dir="ltr">{}</code>',
    "isolate": '<bdi dir="ltr">{}</bdi>',
    "path": '<bdi dir="ltr" class="breakable">{}</bdi>',
    "link": '<bdi dir="ltr" class="breakable">{}</bdi>',
}


def _mark(citation: CitationData, answer: Answer) -> SafeString:
    label = gettext("Source {number}: {title}").format(number=citation.number, title=citation.document_title)
    return format_html(
        '<bdi class="cite"><a href="#citation-{}-{}" aria-label="{}" data-citation="{}" data-passage="{}"'
        ' data-title="{}" data-quote="{}" data-start="{}">{}</a></bdi>',
        answer.id,
        citation.number,
        label,
        citation.number,
        citation.passage_id,
        citation.document_title,
        citation.quote,
        str(citation.start),
        citation.number,
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return _each("{}", parts)


def _each(form: str, parts: Iterable[SafeString], *, between: str = "") -> SafeString:
    return format_html_join(between, form, ((part,) for part in parts))
