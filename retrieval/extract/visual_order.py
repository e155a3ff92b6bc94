"""Hebrew that is kept as it looks: telling it, and turning it into the order in which it is read.

Paper has no logical order. A line of a PDF, or of an old visual file, is what a reader sees from left to
right;
the bidi algorithm has made that from the text, and is undone here for one line at a time. Where the display
itself was mirrored, as by programs that know nothing of Hebrew, the line from left to right is the text.
"""

import re
from dataclasses import dataclass

from config.kernel.hebrew.direction import dominant_direction

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff"
_MARKS = "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
_LATIN = f"[^\\W\\d_{_RTL}]"
_TERMINATORS = "#$%¢£¤¥€°₪‰"
_NUMBER = rf"[{_TERMINATORS}]*\d+(?:[+\-\u2212,./:\u00a0]\d+)*[{_TERMINATORS}]*"
# From the first Latin letter, with what is glued to its front, to the last letter or number before Hebrew;
# but no further than to a space before a comma: nobody writes that, so two runs stand side by side there.
_LATIN_RUN = (
    rf"(?:[\d{_TERMINATORS}][^\s{_RTL}]*?)?{_LATIN}"
    rf"(?:(?:(?!\s+(?:[,;:!?]|\.(?=\s|\d)))[^{_RTL}\n])*[^\W_{_RTL}][{_TERMINATORS}]*)?"
)
_TOKEN = re.compile(rf"(?P<run>{_LATIN_RUN}|{_NUMBER})|(?P<one>.{_MARKS}*)", re.DOTALL)
_RTL_ISLAND = re.compile(rf"[{_RTL}](?:(?:(?!{_LATIN}).)*[{_RTL}])?")
_HEBREW = re.compile(f"[{_RTL}]")
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_SENTENCE_END_FIRST = re.compile(r"\s*[.,:;!?]+(?!\d)")
_SIGNED = re.compile(r"\s*[-+*]\d")
_MARKER = re.compile(r"^\s*[א-ת\d]{1,3}[)\]]|^\s*[(\[][א-ת\d]{1,3}(?=[\s.]|$)")

_WORD = re.compile("[\u05d0-\u05ea]{2,}")
_FINALS = "ךםןףץ"
_COMMON = frozenset(["של", "את", "על", "הוא", "היא", "זה", "או", "יש", "כל", "רק", "אשר"])
_COMMON_BACKWARDS = frozenset(word[::-1] for word in _COMMON)


@dataclass(frozen=True, slots=True)
class Votes:
    """How many words say that a text reads forwards, and how many that it is backwards."""

    forwards: int
    backwards: int

    @property
    def is_backwards(self) -> bool:
        return self.backwards > self.forwards

    @property
    def is_doubtful(self) -> bool:
        """More than an odd word contradicts the rest: nobody should rely on this text unseen."""
        return self.backwards > 2 + 0.02 * self.forwards


def votes_of(text: str) -> Votes:
    """Count Hebrew words that end, or wrongly begin, with a final letter, and a few that only read one
    way.
    """
    forwards = backwards = 0
    for word in _WORD.findall(text):
        forwards += word[-1] in _FINALS or word in _COMMON
        backwards += word[0] in _FINALS or word in _COMMON_BACKWARDS
    return Votes(forwards, backwards)


def is_hebrew(text: str) -> bool:
    """Tell whether the text is Hebrew by its dominant script; backwards it is the same."""
    return _HEBREW.search(text) is not None and dominant_direction(text) == "rtl"


def read_display(line: str, *, page_is_hebrew: bool, mirrors: bool = True) -> str:
    """Return the reading order of a line as it is seen from left to right.

    `mirrors` says that brackets are kept as they look, which is the rule; some producers keep what was meant.
    """
    if _HEBREW.search(line) is None:
        number_from_the_right = re.search(_LATIN, line) is None and not _SIGNED.match(line)
        if page_is_hebrew and (number_from_the_right or _SENTENCE_END_FIRST.match(line)):
            return _from_right(line, mirrors=mirrors)
        return line
    if page_is_hebrew or is_hebrew(line):
        return _from_right(line, mirrors=mirrors)
    return _RTL_ISLAND.sub(lambda island: _from_right(island[0], mirrors=mirrors), line)


def bracket_errors(line: str) -> int:
    """Count the brackets that close what was not opened; a list's "א)" is none."""
    errors, opened = 0, []
    for character in _MARKER.sub("", line):
        if character in "([{":
            opened.append(character)
        elif character in _PAIRS:
            if opened and opened[-1] == _PAIRS[character]:
                opened.pop()
            else:
                errors += 1
    return errors


def repaired(text: str) -> str:
    """Return a text whose lines are kept in display order, as files of visual ISO-8859-8 are, readable again;
    any other text as it is.
    """
    if not votes_of(text).is_backwards:
        return text
    lines = text.split("\n")
    mirrored = [read_display(line, page_is_hebrew=True) for line in lines]
    kept = [read_display(line, page_is_hebrew=True, mirrors=False) for line in lines]
    best = min(mirrored, kept, key=lambda some: sum(map(bracket_errors, some)))
    found = "\n".join(best)
    return text if votes_of(found).is_backwards else found


def _from_right(line: str, *, mirrors: bool) -> str:
    parts: list[str] = []
    position = 0
    while position < len(line):
        token = _TOKEN.match(line, position)
        if token is None:  # it matches any character
            break
        end = token.end()
        if token["run"] is not None:
            end += _closing(line, token["run"], end)
            parts.append(line[position:end])
        else:
            parts.append(token["one"].translate(MIRRORED) if mirrors else token["one"])
        position = end
    return "".join(reversed(parts))


def _closing(line: str, run: str, end: int) -> int:
    """Return 1 where the bracket behind a Latin run closes one that was opened inside of it."""
    opened: list[str] = []
    for character in run:
        if character in "([{":
            opened.append(character)
        elif opened and _PAIRS.get(character) == opened[-1]:
            opened.pop()
    return 1 if opened and _PAIRS.get(line[end : end + 1]) == opened[-1] else 0
