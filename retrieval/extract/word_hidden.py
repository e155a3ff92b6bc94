"""What Word keeps and shows nobody: runs that are hidden by themselves or by a style."""

from collections.abc import Iterable, Mapping
from typing import Any

from docx.oxml.ns import qn

_OFF = {"0", "false", "off"}
_LONGEST_LINE = 20  # of styles that are based on each other


def hiding_styles(styles: Iterable[Any]) -> set[str]:
    """Return the ids of the styles that hide what is set in them, also those that are based on such a one."""
    elements = {style.style_id: style.element for style in styles}
    return {name for name in elements if _hides(name, elements)}


def remove_hidden(root: Any, hiding: set[str]) -> None:
    """Take the hidden runs out of a part of the document."""
    for run in list(root.iter(qn("w:r"))):
        if _is_hidden(run, hiding) and run.getparent() is not None:
            run.getparent().remove(run)


def _is_hidden(run: Any, hiding: set[str]) -> bool:
    own = _said(run)
    if own is not None:
        return own
    paragraph = next(run.iterancestors(qn("w:p")), None)
    of_paragraph = paragraph is not None and _named(paragraph, "w:pPr/w:pStyle") in hiding
    return of_paragraph != (_named(run, "w:rPr/w:rStyle") in hiding)  # two that hide cancel each other


def _hides(name: str, elements: Mapping[str, Any]) -> bool:
    for _step in range(_LONGEST_LINE):
        element = elements.get(name)
        if element is None:
            return False
        said = _said(element)
        if said is not None:
            return said
        name = _named(element, "w:basedOn")
    return False


def _said(element: Any) -> bool | None:
    """Return whether it says that it is hidden or is not, None where it says neither."""
    found = element.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return None if found is None else found.get(qn("w:val"), "1") not in _OFF


def _named(element: Any, path: str) -> str:
    found = element.find("/".join(map(qn, path.split("/"))))
    return str(found.get(qn("w:val"), "")) if found is not None else ""
