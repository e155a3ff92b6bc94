"""PowerPoint presentations: one page for each slide, its title as heading."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

import pptx
from pptx.enum.shapes import MSO_SHAPE_TYPE

from retrieval.extract.kinds import Kind
from retrieval.extract.package import opened
from retrieval.extract.plain import clean
from retrieval.extract.tables import Cell, as_table, spread
from retrieval.extract.types import Extracted, paged


def read_slides(data: bytes) -> Extracted:
    """Return the slides in order, with the speaker's notes; broken parts raise what their reading raises."""
    with opened(data, Kind.SLIDES):
        presentation = pptx.Presentation(io.BytesIO(data))
    texts = [clean("\n\n".join(_blocks(slide))) for slide in presentation.slides]
    text, starts = paged(texts)
    title = (presentation.core_properties.title or "").strip()
    if title.lower() == "powerpoint presentation":  # what the program writes when nobody says anything
        title = ""
    return Extracted(text, title or _title(presentation), mime=Kind.SLIDES, pages=starts)


def _title(presentation: Any) -> str:
    return next((_heading(slide) for slide in presentation.slides if _heading(slide)), "")


def _heading(slide: Any) -> str:
    title = slide.shapes.title
    return " ".join(title.text_frame.text.split()) if title is not None else ""


def _blocks(slide: Any) -> Iterator[str]:
    if heading := _heading(slide):
        yield f"## {heading}"
    title = slide.shapes.title
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield slide.notes_slide.notes_text_frame.text


def _in_order(shapes: Iterable[Any]) -> list[Any]:
    """Return the shapes from top to bottom, those of a group in its place."""
    flat: list[Any] = []
    waiting = list(shapes)
    while waiting:
        shape = waiting.pop(0)
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            waiting = [*shape.shapes, *waiting]
        else:
            flat.append(shape)
    return sorted(flat, key=lambda shape: shape.top or 0)


def _shape(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        lines = [paragraph.text.strip() for paragraph in shape.text_frame.paragraphs]
        lines = [line for line in lines if line]
        yield "\n".join(f"- {line}" for line in lines) if len(lines) > 1 else "".join(lines)
    elif getattr(shape, "has_table", False):
        yield as_table(
            spread([_cell(each) for each in row.cells if not each.is_spanned] for row in shape.table.rows)
        )


def _cell(cell: Any) -> Cell:
    return Cell(cell.text, cell.span_width, cell.span_height) if cell.is_merge_origin else Cell(cell.text)
