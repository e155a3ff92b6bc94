"""Questions that go on from the one before: "ומה לגבי חצי משרה?" says by itself little to search for.

Whether a question goes on is told by its form alone, no model is asked: it opens with "and", "what about" or
the like, it points back ("זה", "אותו", "there"), or it holds next to nothing besides the asking. Then what
was asked before is searched together with it. A question that stands by itself is left alone: the topic of
the conversation must never lend a new question an answer.
"""

import re
from collections.abc import Sequence

from config.kernel.hebrew.normalise import content_words, embedding_text, words
from config.kernel.hebrew.questions import asked_words

# Of a chain of follow-ups so many questions are looked back, to the last one that stood by itself.
LONGEST_CHAIN = 4
_FEW_WORDS = 5
_ELLIPSIS_WORDS = 4

_OPENING = re.compile(
    r"""
    \s* (?:אז\s+ | כן,?\s+ | אוקיי?,?\s+ | תודה,?\s+ | ok,?\s+ | and\s+ | so\s+)?
    (?:
        ו?מה\s+(?:לגבי | בנוגע\s+ל | עם | באשר\s+ל)
      | ו?לגבי | ו?בנוגע\s+ל | ו?באשר\s+ל
      | what\s+about | how\s+about | and\b | also\b
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
# A first word that "and" is tied to: a word of asking, or a particle before a name.
_AND_ASKING = re.compile(
    r"""
    \s*ו
    (?:
        (?:כמה | מתי | איפה | היכן | מי | מה | איך | למה | מדוע | אם | האם | כש | למי | ממתי | לאן
           | איזה | איזו | אילו | אפשר | מותר | צריך | יש | אין | גם | בכמה)(?![א-ת])
      | (?:על | אל | עם | של | את | לפי | בלי)?\s*(?:ל | ב | מ | ה | ש | כש | על\s)[א-ת]{2,}
    )
    """,
    re.VERBOSE,
)
# Words that begin like that and are no "and".
_NOT_AND = frozenset(words("ועד ועדה ועדת וטרינר ויזה וידאו ותק ותיק ותיקים וילון וירוס ולד ורד ושט"))
_ALSO = frozenset(words("גם אף also too"))
_POINTING = frozenset(
    words(
        """
        זה זו זאת אלה אלו הזה הזו הזאת האלה האלו כזה כזו כזאת כאלה לזה בזה מזה לכך בכך מכך
        אותו אותה אותם אותן עליו עליה עליהם ממנו ממנה מהם אליו אליה אליהם איתו איתה שלו שלה שלהם לו לה להם
        שם משם הנל it its that this those these they them there
        """
    )
)


def is_follow_up(question: str) -> bool:
    """Tell whether the question leaves to an earlier one what it is about."""
    plain = embedding_text(question)
    said = words(plain)
    if not said:
        return False
    if _OPENING.match(plain) or (_AND_ASKING.match(plain) and said[0] not in _NOT_AND):
        return True
    if said[0] in _ALSO:
        return True
    # No stop words and no pointing: what is left is what the question is about.
    about = [word for word in asked_words(plain) if word not in _POINTING]
    points_back = any(word in _POINTING for word in said)
    if points_back and len(about) <= _FEW_WORDS // 2:
        return True
    return len(plain.split()) <= _ELLIPSIS_WORDS and (_only_asks(plain) or _has_no_object(plain))


def standalone(question: str, earlier: Sequence[str]) -> str:
    """Return the question as it can be searched; `earlier` are the questions before it, oldest first."""
    parts = [question]
    for before in [*earlier][: -LONGEST_CHAIN - 1 : -1]:
        if not is_follow_up(parts[0]):
            break
        parts.insert(0, before)
    return " ".join(part.strip() for part in parts)


def _only_asks(question: str) -> bool:
    """Tell whether hardly a word of the question is about anything: "כמה זה עולה?", "עד מתי?"."""
    about = [word for word in asked_words(question) if not _is_tied_asking(word)]
    return len(about) <= 3 and all(word in _BARE for word in about)


def _is_tied_asking(word: str) -> bool:
    """Tell whether a word is one of asking behind a particle: "באילו", "לאיזו"."""
    return word[0] in "ובלמ" and len(word) > 2 and not content_words(word[1:])


def _has_no_object(question: str) -> bool:
    """Tell whether a question of how, when, where or how long has a lone verb, said of nobody and of nothing:
    "כמה זמן שומרים?", "איך נרשמים?".
    """
    return _LONE_VERB.match(question) is not None


# The plural of nobody in particular. A name or a thing would have an article, or be no plural.
_LONE_VERB = re.compile(
    r"\s*ו?(?:(?:[בלמ]?תוך\s+|ל)?כמה\s+זמן|עד\s+מתי|ממתי|איך|כיצד|איפה|היכן|למי)\s+(?!ה)[א-ת]{2,6}ים\s*[?!.]*\s*$"
)

_BARE = frozenset(
    words(
        """
        שעה שעות תאריך תאריכים יום ימים חודש חודשים שנה שנים גיל מקומות
        למי ממי לכמה בכמה עולה עולים מחיר זמן תקף תקפה תוקף פונים לפנות מגישים להגיש
        נרשמים משלמים לשלם אחראי אחראית מאשר מאשרת זכאי
        למה מדוע מתי איפה כמה איך מי cost costs long much many when where who why how apply
        """
    )
)
