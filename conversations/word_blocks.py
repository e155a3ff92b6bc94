"""An answer's Markdown as the blocks of a Word document: headings, lists, quotations, code, tables."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from config.kernel.markdown import make_parser
from conversations.docx import Block, Paragraph, Run, Style, Table
from conversations.formulas import readable_formula

_PARSER = make_parser()
_MARKS = {"strong", "em", "s"}
_HIGHEST = 2  # level of the first heading of an answer, below that of its message
_BULLET = "•"


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the text block by block, without Markdown's signs."""
    yield from _Reader().blocks(_PARSER.parse(text))


class _Reader:
    """Goes through the parser's tokens, and knows what is open around each."""

    def __init__(self) -> None:
        self._signs: list[str] = []  # of the list items that are open: "•", or the number that is due
        self._numbers: list[int | None] = []  # of the lists that are open: the next number, None of bullets
        self._heading: Style | None = None
        self._quotes = 0
        self._rows: list[list[tuple[Run, ...]]] = []
        self._is_in_table = False

    def blocks(self, tokens: Sequence[Token]) -> Iterator[Block]:
        for token in tokens:
            if token.type == "fence":
                lines = token.content.removesuffix("\n").split("\n")
                yield from (Paragraph((Run(line),), "Code", level=len(self._numbers)) for line in lines)
            elif token.type == "table_close":
                yield from self._table()
            elif token.type == "inline" and self._is_in_table:
                self._rows[-1].append(_runs(token))
            elif token.type == "inline":
                yield self._paragraph(_runs(token))
            else:
                self._enter(token)

    def _enter(self, token: Token) -> None:
        """Take note of what a token opens or closes."""
        match token.type:
            case "heading_open":
                self._heading = "Heading2" if int(token.tag[1]) <= _HIGHEST else "Heading3"
            case "heading_close":
                self._heading = None
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "table_open":
                self._rows, self._is_in_table = [], True
            case "tr_open":
                self._rows.append([])
            case _:
                self._enter_list(token)

    def _enter_list(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self._numbers.append(None)
            case "ordered_list_open":
                self._numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._numbers.pop()
            case "list_item_open":
                self._signs.append(self._next_sign())
            case "list_item_close":
                self._signs.pop()

    def _next_sign(self) -> str:
        number = self._numbers[-1]
        if number is None:
            return _BULLET
        self._numbers[-1] = number + 1
        return f"{number}."

    def _paragraph(self, runs: tuple[Run, ...]) -> Paragraph:
        if self._heading:
            return Paragraph(runs, self._heading)
        if self._quotes:
            return Paragraph(runs, "Quote", level=len(self._numbers))
        if not self._signs:
            return Paragraph(runs)
        sign, self._signs[-1] = self._signs[-1], ""  # what follows in an item has none
        signed = _together([Run(f"{sign} "), *runs]) if sign else runs
        return Paragraph(signed, "ListParagraph", level=len(self._numbers))

    def _table(self) -> Iterator[Block]:
        """Yield the table, and an empty line that keeps it apart from what follows."""
        self._is_in_table = False
        yield Table(tuple(map(tuple, self._rows)))
        yield Paragraph()


def _runs(line: Token) -> tuple[Run, ...]:
    """Return what a line says, each run with its look."""
    runs: list[Run] = []
    marks: set[str] = set()
    href = ""
    for token in line.children or []:
        if token.tag in _MARKS and token.nesting:
            (marks.add if token.nesting > 0 else marks.discard)(token.tag)
        elif token.type in {"link_open", "link_close"}:
            href = str(token.attrGet("href") or "")
        else:
            look = Run("", "words", "strong" in marks, "em" in marks, "s" in marks, href)
            runs.append(_run(token, look))
    return _together(runs)


def _run(token: Token, look: Run) -> Run:
    match token.type:
        case "softbreak" | "hardbreak":
            return replace(look, text="\n")
        case "code_inline":
            return replace(look, text=token.content, kind="code")
        case "maths":
            return replace(look, text=readable_formula(token.content), kind="formula")
        case "piece":
            return replace(look, text=token.content, href=token.meta["href"])
        case _:
            return replace(look, text=token.content)


def _together(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the runs with those of the same look as one: a path may be in two of the parser's."""
    found: list[Run] = []
    for run in runs:
        if found and replace(found[-1], text="") == replace(run, text=""):
            found[-1] = replace(run, text=found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)
