"""HTML: headings, paragraphs, lists and tables, without what a browser does not show."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from retrieval.errors import DocumentEmptyError
from retrieval.extract.kinds import Kind
from retrieval.extract.plain import clean, decoded
from retrieval.extract.tables import MOST_ACROSS, MOST_DOWN, Cell, as_table, spanning, spread
from retrieval.extract.types import Extracted
from retrieval.extract.visual_order import repaired

_MARK = r" *(?:-|\d{1,3}\.) "
_ITEM = re.compile(_MARK)
_BETWEEN_ITEMS = re.compile(rf"^({_MARK}.*)\n\n(?={_MARK})", re.MULTILINE)
_NUMBER, _MOST = "data-sicha-number", 999
_HIDDEN = {
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "svg",
    "iframe",
    "object",
    "nav",
    "select",
    "button",
}
_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "form", "header", "main", "p", "section", "summary", "ul", "ol", "html"),
}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}


def read_web(data: bytes) -> Extracted:
    """Return the page as Markdown; raise DocumentEmptyError for a page without elements."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(decoded(data).encode(), parser=parser)
    except (etree.ParserError, ValueError):
        raise DocumentEmptyError from None
    _number(page)
    blocks = [block.strip("\n").rstrip() for block in _blocks(page)]
    apart = "\n\n".join(block for block in blocks if block)
    text = repaired(clean(_BETWEEN_ITEMS.sub(r"\1\n", apart)))
    named = page.findtext(".//title")
    heading = page.find(".//h1")
    title = named or (_inline(heading) if heading is not None else "")
    return Extracted(text, repaired(" ".join(title.split())), mime=Kind.HTML)


def _blocks(element: Any) -> Iterator[str]:
    """Yield the blocks below an element; text between them is a block of its own."""
    loose: list[str] = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str) or _is_hidden(child):
            loose.append(child.tail or "")
            continue
        if _is_block(child):
            yield _joined(loose)
            loose = []
            yield from _block(child)
        else:
            loose.append(_inline(child))
        loose.append(child.tail or "")
    yield _joined(loose)


def _block(element: Any) -> Iterator[str]:
    tag = element.tag
    if tag in _HEADINGS:
        yield f"\n\n{_HEADINGS[tag]}{' '.join(_inline(element).split())}\n"
    elif tag == "table":
        yield from _table(element)
    elif tag == "li":
        yield from _item(element)
    elif tag == "pre":
        yield f"```\n{element.text_content().rstrip()}\n```"
    elif tag == "br":
        yield ""
    else:
        yield from _blocks(element)


def _number(page: Any) -> None:
    """Note at each item of a numbered list what a browser counts it as."""
    for numbered in page.iter("ol"):
        items = [child for child in numbered if child.tag == "li"]
        step = -1 if numbered.get("reversed") is not None else 1
        number = _whole(numbered.get("start"), len(items) if step < 0 else 1)
        for item in items:
            number = _whole(item.get("value"), number)
            item.set(_NUMBER, f"{number}." if 0 <= number <= _MOST else "-")
            number += step


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,6}", value, re.ASCII) else otherwise


def _item(element: Any) -> Iterator[str]:
    """Yield an item under its mark, those of lists in it further in, and what else it holds."""
    blocks = [block.strip("\n").rstrip() for block in _blocks(element)]
    first, *others = [block for block in blocks if block] or [""]
    if _ITEM.match(first) and element.text is not None and not element.text.strip():
        others.insert(0, first)
    elif first:
        yield f"{element.get(_NUMBER, '-')} {first.lstrip()}"
    for block in others:
        yield f"  {block}" if _ITEM.match(block) else block


def _table(table: Any) -> Iterator[str]:
    """Yield a table, and behind it those that stand in its cells."""
    inner = [each for each in table.iterdescendants("table") if next(each.iterancestors("table")) is table]
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    yield as_table(spread([_cell(cell) for cell in row if cell.tag in {"td", "th"}] for row in rows)) + "\n"
    for each in inner:
        yield from _table(each)


def _cell(cell: Any) -> Cell:
    return Cell(
        _inline(cell, with_tables=False),
        spanning(cell.get("colspan"), MOST_ACROSS),
        spanning(cell.get("rowspan"), MOST_DOWN),
    )


def _inline(element: Any, *, with_tables: bool = True) -> str:
    parts = [element.text or ""]
    for child in element:
        is_left_out = child.tag == "table" and not with_tables
        if isinstance(child.tag, str) and not is_left_out and not _is_hidden(child):
            inner = _inline(child, with_tables=with_tables)
            parts.append(f" {inner} " if _is_block(child) else inner)
        parts.append(child.tail or "")
    return "".join(parts)


def _joined(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


def _is_block(element: Any) -> bool:
    return element.tag in _BLOCKS or element.tag in _HEADINGS or element.tag in {"table", "li", "pre", "br"}


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.tag in _HIDDEN or element.get("hidden") is not None or "display:none" in style
