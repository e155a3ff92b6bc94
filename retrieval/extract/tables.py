"""Rows of cells as Markdown, the form in which every reader hands tables on."""

from collections.abc import Iterable, Sequence


def as_rows(rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first row is its header; rows without words are left out."""
    lines: list[str] = []
    for row in rows:
        cells = [" ".join(cell.replace("|", "/").split()) for cell in row]
        if not any(cells):
            continue
        lines.append(f"| {' | '.join(cells)} |")
        if len(lines) == 1:
            lines.append("|" + "---|" * len(cells))
    return "\n".join(lines) if len(lines) > 1 else ""
