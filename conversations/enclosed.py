"""A message's Markdown within that of a whole conversation, which goes on after it as it would without it."""

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r"( {0,3}(?:> ?)*)(#{1,6})(?=[ \t]|$)")
_CODE_OR_MARK = re.compile(r"(`+)(?:.*?[^`])??\1(?!`)|!(?=\[)|<(?=[A-Za-z/!?])")
_LOWEST = 6


def enclosed(text: str, *, below: int) -> str:
    """Return the text with its headings below that level, its fences closed and nothing fetched or run by it:
    pictures are links, and markup is shown as it was written.
    """
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        found = _FENCE.fullmatch(line)
        if fence:
            is_end = found and found[1].startswith(fence) and not found[2].strip()
            fence = "" if is_end else fence
            lines.append(line)
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
            lines.append(line)
        else:
            lines.append(_CODE_OR_MARK.sub(_harmless, _HEADING.sub(lambda sign: _lowered(sign, below), line)))
    return "\n".join([*lines, fence] if fence else lines)


def _lowered(sign: re.Match[str], below: int) -> str:
    return sign[1] + "#" * min(_LOWEST, len(sign[2]) + below)


def _harmless(found: re.Match[str]) -> str:
    return {"!": "", "<": r"\<"}.get(found[0], found[0])
