"""The direction of a block of text, by its dominant script.

The first strong letter, which `dir="auto"` goes by, is wrong for a Hebrew answer that opens with the name of
a product. The stream handler in the browser follows the same rule and the same table of cases.
"""

import re
from typing import Literal

Direction = Literal["rtl", "ltr"]

RTL_SHARE = 0.4
_NO_VOTE = re.compile(
    r"""
    ```.*?(?:```|\Z)                      # fenced code, also while it is still open
  | `[^`\n]*`                             # code in the line
  | \b(?:https?://|www\.)\S+              # addresses
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+   # e-mail addresses
    """,
    re.DOTALL | re.VERBOSE,
)
_RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")


def dominant_direction(text: str, *, otherwise: Direction = "rtl") -> Direction:
    """Return "rtl" when at least 40 % of the words are of a right-to-left script, else "ltr".

    Code, addresses and numbers do not vote. Without any vote it is `otherwise`: the direction of what is
    around the text, which for a page is its own.
    """
    voters = [word for word in _NO_VOTE.sub(" ", text).split() if _LETTER.search(word)]
    from_right = sum(1 for word in voters if _RTL_LETTER.search(word))
    if not voters:
        return otherwise
    return "rtl" if from_right >= RTL_SHARE * len(voters) else "ltr"
