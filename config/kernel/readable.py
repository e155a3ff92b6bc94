"""Text of documents and answers where there is no room for its form: without the signs of headings, lists,
tables and emphasis.

`static/js/lib/passage.js` is the twin; both are held to tests/data/readable.json.
"""

import re

CELL_GAP = " · "

_HEADING = re.compile(r"#{1,6}[ \t]+")
_ITEM = re.compile(r"[ \t]*[-*•][ \t]+")
_RULE = re.compile(r"[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*\Z")
_EMPHASIS = re.compile(r"\*{2,3}")
_BULLET = "• "


def readable_lines(text: str) -> list[tuple[str, ...]]:
    """Return the lines that say something, each with the cells of its row; other lines are one cell."""
    lines = (line.rstrip() for line in text.split("\n"))
    return [cells for line in lines if not _RULE.match(line) and (cells := _cells(_EMPHASIS.sub("", line)))]


def readable(text: str, *, between: str = " ") -> str:
    """Return the text in one line, or with something else `between` its lines."""
    return between.join(CELL_GAP.join(cells) for cells in readable_lines(text))


def _cells(line: str) -> tuple[str, ...]:
    if line.lstrip().startswith("|"):
        return tuple(cell.strip() for cell in line.split("|") if cell.strip())
    if item := _ITEM.match(line):
        return (_BULLET + line[item.end() :],)
    heading = _HEADING.match(line)
    words = line[heading.end() if heading else 0 :].strip()
    return (words,) if words else ()
