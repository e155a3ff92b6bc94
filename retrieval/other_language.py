"""Questions in English about Hebrew documents: which Hebrew words stand for theirs.

Only a question without a Hebrew letter is helped: in a Hebrew one an English word is a name, most often, that
the documents have as well.
"""

from collections.abc import Iterable, Sequence

from config.kernel.hebrew.english_words import hebrew_for
from config.kernel.hebrew.normalise import word_tokens, words
from config.kernel.hebrew.questions import asked_words


def is_foreign(question: str) -> bool:
    """Tell whether the question has words and no Hebrew letter."""
    return bool(words(question)) and not any("א" <= letter <= "ת" for letter in question)


def hebrew_words(word: str) -> list[str]:
    """Return the Hebrew words for an English one, in their normal form; none for a word that is not known."""
    return words(" ".join(hebrew_for(word)))


def with_hebrew(asked: Sequence[str]) -> list[str]:
    """Return the words of a foreign question, each followed by the Hebrew ones for it."""
    return list(dict.fromkeys(each for word in asked for each in (word, *hebrew_words(word))))


def searched_words(asked: str, wording: str) -> list[str]:
    """Return the words that a question, by now in this wording, is searched for by."""
    meant = asked_words(wording)
    return with_hebrew(meant) if is_foreign(asked) else meant


def compared_words(asked: str, wording: str, search_texts: Iterable[str]) -> list[str]:
    """Return the words that passages of these search texts are compared with.

    Of a foreign question that is the Hebrew ones alone where no text has the English one, which would only
    make all of them seem to lack it.
    """
    meant = asked_words(wording)
    if not is_foreign(asked):
        return meant
    held = {token for text in search_texts for token in text.split()}
    lacking = {word for word in meant if hebrew_words(word) and held.isdisjoint(word_tokens(word))}
    return [word for word in with_hebrew(meant) if word not in lacking]
