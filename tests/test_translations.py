"""Every sentence that people read exists in Hebrew, and what is compiled is what was written."""

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, Variable
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation

from tools import messages

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "accounts", "conversations", "retrieval", "chatbot", "analytics")
FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (1,)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
SAME_IN_BOTH = {"Sicha", "English", "API"}  # names


def of_code(path: Path) -> Iterator[str]:
    """Yield the sentences that a module marks for translation."""
    with path.open("rb") as handle:
        for _line, found, _comments, _context in extract("python", handle, keywords=FUNCTIONS):
            yield found[0] if isinstance(found, tuple) else found


def of_template(name: str) -> Iterator[str]:
    """Yield the sentences that a template marks for translation."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    for node in template.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            yield from _of_expression(node.filter_expression)
        elif isinstance(node, BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]


def _of_expression(expression: FilterExpression) -> Iterator[str]:
    if isinstance(expression.var, str):
        yield expression.var
    elif isinstance(expression.var, Variable) and isinstance(expression.var.literal, str):
        yield expression.var.literal


@functools.cache
def sentences() -> list[tuple[str, str]]:
    """Return (where, sentence) for the whole product."""
    modules = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    pages = [path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*.html")]
    code = [(str(path.relative_to(ROOT)), text) for path in modules for text in of_code(path)]
    names = [path.relative_to(ROOT / "templates").as_posix() for path in pages]
    return code + [(f"templates/{name}", text) for name in names for text in of_template(name)]


def _is_translated(text: str) -> bool:
    # A sentence with a plural is stored under its number, where only the newest Pythons' `gettext` looks.
    return translation.gettext(text) != text or translation.ngettext(text, text, 1) != text


def test_every_sentence_has_hebrew_words() -> None:
    with translation.override("he"):
        missing = [
            f"{where}: {text!r}"
            for where, text in sentences()
            if not _is_translated(text) and text not in SAME_IN_BOTH
        ]
    assert missing == []


def test_no_sentence_of_a_page_is_asked_for_by_itself_that_is_stored_under_its_number() -> None:
    """Python 3.11.2 does not find it there, and says it in English."""
    counted = set()
    for catalogue in (ROOT / "locale").rglob("*.po"):
        with catalogue.open("rb") as handle:
            counted |= {each.id[0] for each in read_po(handle) if each.pluralizable}
    nodes = [
        node
        for path in (ROOT / "templates").rglob("*.html")
        for node in engines["django"]
        .engine.get_template(path.relative_to(ROOT / "templates").as_posix())  # type: ignore[attr-defined]
        .nodelist.get_nodes_by_type(TranslateNode)
    ]
    asked = {text for node in nodes for text in _of_expression(node.filter_expression)}
    assert len(counted) > 5
    assert len(asked) > 200
    assert counted & asked == set()


def test_sentences_are_found_in_code_and_pages() -> None:
    assert any(where.endswith(".py") for where, _ in sentences())
    assert any(where.startswith("templates/") for where, _ in sentences())


@pytest.mark.parametrize("source", messages.catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_compiled_catalogue_says_what_its_source_says(source: Path) -> None:
    assert messages.is_current(source)
