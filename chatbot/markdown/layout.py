"""What the parser's tokens still lack: the direction of each block, and the pieces of each run of text.

The twin of `static/js/markdown/layout.js`. `env` says what is known of the message, see `AnswerContext`.
"""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from config.kernel.hebrew.direction import Direction, dominant_direction
from config.kernel.hebrew.pieces import pieces_of

_DIRECTED = {"paragraph_open", "heading_open"}
_CONTAINERS = {"bullet_list_open", "ordered_list_open", "blockquote_open", "table_open"}
_SHELVES = {"list_item_open", "th_open", "td_open"}  # what they hold keeps its side, whatever its direction
Env = MutableMapping[str, Any]
_HOST = re.compile(r"^(?:https?://(?:[^/?#]*@)?([^/?#]*)|mailto:([^?]*))", re.IGNORECASE)


def arrange(state: StateCore) -> None:
    """Give blocks their direction and lines their pieces, in place."""
    context = state.env
    open_types: list[str] = []
    directions: list[Direction] = []
    for index, token in enumerate(state.tokens):
        outer = directions[-1] if directions else context.get("direction", "rtl")
        parent = open_types[-1] if open_types else ""
        if token.type == "inline":
            _arrange_line(token, context, outer, is_shelved=_is_shelved(open_types))
        elif token.type in _CONTAINERS:
            directions.append(_direct(token, _text_within(state.tokens, index), context, outer))
        elif token.type in _DIRECTED and parent not in _SHELVES:
            _direct(token, _text_within(state.tokens, index), context, outer)
        elif token.type.replace("_close", "_open") in _CONTAINERS:
            directions.pop()
        if token.nesting == 1:
            open_types.append(token.type)
        elif token.nesting == -1:
            open_types.pop()


def _is_shelved(open_types: Sequence[str]) -> bool:
    """Return whether a line stands in a cell, or in a list's item."""
    holders = [name for name in open_types if name not in _DIRECTED]
    return bool(holders) and holders[-1] in _SHELVES


def _text_within(tokens: Sequence[Token], index: int) -> str:
    """Return the text that decides on the direction between an opening token and its closing one: of a list
    its own items, not what is nested in them, unless there is nothing else.
    """
    opening = tokens[index]
    closing = opening.type.replace("_open", "_close")
    own: list[str] = []
    nested: list[str] = []
    depth = 0
    for token in tokens[index + 1 :]:
        if token.type == closing and token.level == opening.level:
            break
        if token.type.replace("_close", "_open") in _CONTAINERS:
            depth += token.nesting
        elif token.type == "inline":
            (nested if depth else own).append(_spoken(token))
    return "\n".join(own or nested)


def _spoken(line: Token) -> str:
    """Return a line without its code, formulas and addresses, which have no say in its direction."""
    return "".join(token.content if token.type == "text" else " " for token in line.children or [])


def _direct(token: Token, text: str, context: Env, outer: Direction) -> Direction:
    direction = outer if context.get("isOpen") else dominant_direction(text, otherwise=outer)
    token.attrSet("dir", direction)
    token.attrSet("lang", "he" if direction == "rtl" else "en")
    return direction


def _arrange_line(line: Token, context: Env, outer: Direction, *, is_shelved: bool) -> None:
    documents = context.get("documents") or {}
    title = line.content.strip()
    if is_shelved and isinstance(documents, dict) and title in documents:
        line.children = [_piece("document", title, href=f"#passage-{documents[title]}")]
        return
    spoken = _spoken(line)
    line.children = list(_pieces(line.children or [], context))
    if not is_shelved or context.get("isOpen"):
        return
    direction = dominant_direction(spoken, otherwise=outer)
    if direction != outer:
        line.children = [_bdi(direction), *line.children, Token("bdi_close", "bdi", -1)]


def _bdi(direction: Direction) -> Token:
    opening = Token("bdi_open", "bdi", 1)
    opening.attrSet("dir", direction)
    opening.attrSet("lang", "he" if direction == "rtl" else "en")
    return opening


def _pieces(children: Sequence[Token], context: Env) -> Iterator[Token]:
    link: Token | None = None
    label = ""
    for token in children:
        if token.type == "link_open":
            link, label = token, ""
        if link is not None and link.markup == "autolink":
            yield from _bare_address(token, str(link.attrGet("href")))
        elif token.type == "text":
            yield from _pieces_of_text(token.content, context, is_linked=link is not None)
        else:
            yield token
        label += token.content
        if token.type == "link_close" and link is not None:
            yield from _host(str(link.attrGet("href")), label)
            link = None


def _bare_address(token: Token, href: str) -> Iterator[Token]:
    """Yield what an address in angle brackets is shown as: the same as one without."""
    if token.type == "text":
        yield _piece("link", token.content, href=href)


def _pieces_of_text(text: str, context: Env, *, is_linked: bool) -> Iterator[Token]:
    citations = context.get("citations")

    def is_citation(number: int) -> bool:
        if is_linked:
            return False
        return not isinstance(citations, dict) or number in citations

    for piece in pieces_of(text, is_citation=is_citation):
        if piece.kind == "text":
            plain = Token("text", "", 0)
            plain.content = piece.text
            yield plain
        else:
            kind = "path" if is_linked and piece.kind == "link" else piece.kind
            yield _piece(kind, piece.text, href=piece.href, number=piece.number)


def _host(href: str, label: str) -> Iterator[Token]:
    """Yield the place that a link leads to, unless its words say so themselves."""
    found = _HOST.match(href)
    host = next(filter(None, found.groups()), "") if found else ""
    if host and host.lower() not in label.lower():
        yield _piece("host", host)


def _piece(kind: str, text: str, *, href: str = "", number: int = 0) -> Token:
    token = Token("piece", "", 0)
    token.content = text
    token.meta = {"kind": kind, "href": href, "number": number}
    return token
