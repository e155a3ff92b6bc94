"""Hebrew text as the search sees it: one normaliser for documents and questions alike.

`embedding_text` cleans what an embedding model reads. `search_tokens` and `search_text` go further, to the
tokens of the lexical index: for each word the exact form (`=word`) and its skeleton stems. So inflection,
attached particles, full and defective spelling, niqqud and abbreviation marks do not hide a match.
"""

import re
import unicodedata
from functools import lru_cache

# Bidi controls, zero-width characters, soft hyphen, byte-order mark; half characters, which cannot be
# encoded; NUL, which would cut a C string short.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u061c\ud800-\udfff\x00]")
# Points and accents; maqaf (05BE), paseq (05C0) and sof pasuq (05C3) are punctuation and stay.
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]")
_DASH = "\u05be\u05c0\u05c3\\-\u2010-\u2015\u2212"
_DASHES = re.compile(f"[{_DASH}]")
# A particle that a dash ties to a Latin word or a number, as in "ב-VPN", is no word of its own.
_TIED_PARTICLE = re.compile(rf"(?<![א-ת])[והבכלמש]{{1,2}}[{_DASH}](?=[^\W_א-ת])")
# Geresh, gershayim and what people type for them, between two Hebrew letters.
ABBREVIATION_MARKS = re.compile("(?<=[א-ת])['\"`´\u05f3\u05f4\u2018-\u201f\u2032-\u2036]{1,2}(?=[א-ת])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FINALS = str.maketrans("ךםןףץ", "כמנפצ")
_TOKEN = re.compile(r"[א-ת]+|[^\W\d_א-ת]+|\d+(?:\.\d+)*")

_STOP_WORDS = frozenset(
    """
    של את על אל עם מן בין לפי אצל כדי כי אם או גם רק אך אבל אלא עד אז כן לא אין יש אשר כל
    הוא היא הם הן אני אתה אתם אנחנו זה זו זאת אלה אלו לי לו לה לנו לך להם שלי שלך שלו שלה שלנו אותו אותה
    מה מי איך איפה היכן מתי מדוע למה כמה האם איזה איזו אילו היה הייתה היו יהיה תהיה להיות
    the a an of to in on for is are and or what how when where who do does i my
    """.translate(_FINALS).split()
)

# Final letters are normal ones by now, here as in the words.
_PARTICLES = frozenset("והבכלמש")
_PARTICLE_PAIRS = frozenset(
    ("וה", "וב", "וכ", "ול", "ומ", "וש", "שה", "שב", "שכ", "של", "שמ", "כש", "מה", "מש", "בש", "לכ")
)
_SUFFIXES = ("ויות", "יות", "ינו", "ימ", "ות", "ית", "יה", "נו", "תי", "תמ", "כמ", "המ", "הנ", *"התיו")
_SHORTEST = 3
_INNER_VOWELS = re.compile("(?<=.)[וי](?=.)")


def embedding_text(text: str) -> str:
    """Return `text` in NFKC without invisible characters, niqqud and NUL: what embedders are given."""
    return _POINTS.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))


def words(text: str) -> list[str]:
    """Return the words of `text` in order, in their normal form: Hebrew, other letters, numbers."""
    plain = _DASHES.sub(" ", _TIED_PARTICLE.sub(" ", embedding_text(text)))
    plain = ABBREVIATION_MARKS.sub("", plain)
    plain = _THOUSANDS.sub("", plain.lower().translate(_FINALS))
    return _TOKEN.findall(plain)


def content_words(text: str) -> list[str]:
    """Return the words of `text` that carry meaning: all but the stop words."""
    return [word for word in words(text) if word not in _STOP_WORDS]


@lru_cache(maxsize=65_536)
def word_tokens(word: str) -> tuple[str, ...]:
    """Return the index tokens of one normal word: `=word` and its stems, without repetition."""
    return (f"={word}", *dict.fromkeys(_stems(word)))


def search_tokens(text: str) -> list[str]:
    """Return the tokens under which `text` is indexed and searched, in order and with repetition."""
    return [token for word in content_words(text) for token in word_tokens(word)]


def search_text(text: str) -> str:
    """Return the tokens joined by spaces: a field for any engine that splits at white space."""
    return " ".join(search_tokens(text))


def _stems(word: str) -> list[str]:
    if word[0].isdecimal():
        return word.split(".")
    if not "א" <= word[0] <= "ת":
        return [word]
    return [_skeleton(_without_suffix(form)) for form in without_particles(word)]


def without_particles(word: str) -> list[str]:
    """Return the word as it is and without a leading particle or pair: which one is right cannot be seen."""
    forms = [word]
    if word[0] in _PARTICLES and len(word) - 1 >= _SHORTEST:
        forms.append(word[1:])
    if word[:2] in _PARTICLE_PAIRS and len(word) - 2 >= _SHORTEST:
        forms.append(word[2:])
    return forms


def _without_suffix(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
            return word[: -len(suffix)]
    return word


def _skeleton(word: str) -> str:
    return _INNER_VOWELS.sub("", word)
