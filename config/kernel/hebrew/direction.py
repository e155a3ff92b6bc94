"""The direction of a block of text, by its dominant script.

The first strong letter, which `dir="auto"` goes by, is wrong for a Hebrew answer that opens with the name of
a product. The stream handler in the browser follows the same rule and the same table of cases.
"""

import re
from collections.abc import Iterator
from itertools import groupby, repeat
from typing import Literal

Direction = Literal["rtl", "ltr"]

RTL_SHARE = 0.4
_NO_VOTE = re.compile(
    r"""
    ```.*?(?:```|\Z)                      # fenced code, also while it is still open
  | `[^`\n]*`                             # code in the line
  | \b(?:https?://|www\.)\S+              # addresses
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+   # e-mail addresses
  | (?<![\w/:.<\\])(?:[A-Za-z]:\\|\\\\)[^\s\u0590-\u05ff]*  # paths
  | (?<!\S)\(?[A-Za-z][.)](?=\s)         # the letter of an item
    """,
    re.DOTALL | re.VERBOSE,
)
_RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_OF_A_NAME = re.compile("[A-Z0-9]")
_WITHIN_A_NAME = frozenset({"and", "of", "for", "the", "to", "in", "on", "with", "by", "or", "at"})
# What is explained before a colon or a dash, and what of Hebrew explains it.
_LABEL = re.compile(r"(.*?\S)(?::|[ \t][-\u2013\u2014])[ \t]+(.*)", re.DOTALL)
_LABEL_WORDS = 6
_EXPLAINING_WORDS = 2


def dominant_direction(text: str, *, otherwise: Direction = "rtl") -> Direction:
    """Return "rtl" when at least 40 % of the words are of a right-to-left script, else "ltr".

    Code, addresses, paths and numbers do not vote. Words that make up a name, each with a capital letter or
    a digit (Google Workspace Business Standard), have one vote between them; so has a term before a colon or
    a dash that Hebrew alone explains. Without any vote it is `otherwise`: the direction of what is around the
    text, which for a page is its own.
    """
    votes = [vote for line in _NO_VOTE.sub(" ", text).splitlines() for vote in _votes(line)]
    if not votes:
        return otherwise
    return "rtl" if votes.count("rtl") >= RTL_SHARE * len(votes) else "ltr"


def _votes(line: str) -> Iterator[Direction]:
    label = _LABEL.fullmatch(line)
    if label and _is_term(label.group(1), label.group(2)):
        yield "ltr"
        yield from _votes_of_words(label.group(2))
    else:
        yield from _votes_of_words(line)


def _is_term(term: str, explanation: str) -> bool:
    words = _voters(explanation)
    return (
        len(words) >= _EXPLAINING_WORDS
        and all(map(_RTL_LETTER.search, words))
        and _RTL_LETTER.search(term) is None
        and 0 < len(_voters(term)) <= _LABEL_WORDS
    )


def _votes_of_words(text: str) -> Iterator[Direction]:
    for is_rtl, together in groupby(_voters(text), key=lambda word: _RTL_LETTER.search(word) is not None):
        words = list(together)
        direction: Direction = "rtl" if is_rtl else "ltr"
        votes = 1 if not is_rtl and _is_name(words) else len(words)
        yield from repeat(direction, votes)


def _is_name(words: list[str]) -> bool:
    between = (word for word in words[1:-1] if word not in _WITHIN_A_NAME)
    return all(map(_OF_A_NAME.search, (words[0], *between, words[-1])))


def _voters(text: str) -> list[str]:
    return [word for word in text.split() if _LETTER.search(word)]
