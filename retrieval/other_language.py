"""Questions in one language about documents in the other one: which Hebrew words stand for the English ones.

In a question, only one without a Hebrew letter is helped: in a Hebrew one an English word is a name, most
often, that the documents have as well. What is in English in the documents is compared by the Hebrew words
for it, too.
"""

from collections.abc import Iterable, Sequence

from config.kernel.hebrew.english_words import hebrew_for
from config.kernel.hebrew.normalise import search_text, word_tokens, words
from config.kernel.hebrew.questions import asked_words


def is_foreign(question: str) -> bool:
    """Tell whether the question has words and no Hebrew letter."""
    return bool(words(question)) and not any("א" <= letter <= "ת" for letter in question)


def hebrew_words(word: str) -> list[str]:
    """Return the Hebrew words for an English one, in their normal form; none for a word that is not known."""
    return words(" ".join(hebrew_for(word)))


def is_hebrew(tokens: Sequence[str]) -> bool:
    """Tell whether at least half of the words with letters are Hebrew; numbers are in no other language."""
    spelt = [token for token in tokens if any(map(str.isalpha, token))]
    hebrew = sum(1 for token in spelt if any("א" <= letter <= "ת" for letter in token))
    return 2 * hebrew >= len(spelt)


def hebrew_beside(text: str) -> str:
    """Return the search text of the Hebrew words for the English ones of a text, empty for none."""
    return search_text(" ".join(dict.fromkeys(each for word in words(text) for each in hebrew_for(word))))


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
