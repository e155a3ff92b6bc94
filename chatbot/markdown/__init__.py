"""Answers' Markdown as HTML, for stored messages; the page's modules do the same while an answer streams."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from chatbot.markdown.html import render_with
from chatbot.markdown.layout import arrange
from chatbot.markdown.sanitise import sanitise
from config.kernel.markdown import make_parser


def make_answer_parser() -> MarkdownIt:
    """Return the parser that gives each block its direction, and renders what is known of a message."""
    parser = make_parser()
    parser.core.ruler.push("arrange", arrange)
    render_with(parser)
    return parser


_PARSER = make_answer_parser()


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What is known of a message: its id, the titles of its citations by number, the passage of each document
    that its search found by title, and how a citation is named aloud.
    """

    id: str
    citations: Mapping[int, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    label: Callable[[int, str], str] = "{}: {}".format


def render_answer(text: str, context: AnswerContext) -> SafeString:
    """Return the text as sanitised HTML."""
    env = {
        "id": context.id,
        "citations": dict(context.citations),
        "documents": dict(context.documents),
        "label": context.label,
    }
    return mark_safe(sanitise(_PARSER.render(text, env)))  # noqa: S308  sanitised last, by an allow-list
