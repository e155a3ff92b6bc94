"""What of a question's vector is its own, and what every question has.

A good part of each question's vector only says that it is a question, in this language; passages that happen
to be near to that (short ones, lists, those in the question's own language) would be near to all questions.
So the mean of some questions about nothing in particular is taken off: `SHARE` of it, chosen on our own two
sets of questions (docs/retrieval.md).
"""

from threading import Lock

import numpy as np

from config.kernel.hebrew.direction import dominant_direction
from retrieval.embeddings.port import Embedder, Vectors

SHARE = np.float32(0.9)

_GENERAL = {
    "rtl": (
        *("איך מגישים בקשה?", "כמה זה עולה?", "מתי זה נפתח?", "מי אחראי על כך?", "מה צריך להביא?"),
        *("איפה זה נמצא?", "האם זה מותר?", "למי צריך לפנות?", "כמה זמן זה לוקח?", "מה קורה אם מאחרים?"),
        *("אפשר לבטל?", "מה התנאים?", "איך נרשמים?", "מי זכאי?", "עד מתי אפשר?", "מה עושים במקרה של בעיה?"),
        *("למה זה חשוב?", "יש לי שאלה", "אני צריך עזרה", "מה ההבדל ביניהם?", "באילו ימים?"),
        *("איך מקבלים אישור?", "מה הכללים?", "האם חייבים?"),
    ),
    "ltr": (
        *("How do I apply?", "How much does it cost?", "When does it open?", "Who is responsible?"),
        *("What do I need to bring?", "Where is it?", "Is it allowed?", "Whom should I contact?"),
        *("How long does it take?", "What happens if I am late?", "Can I cancel?"),
        "What are the conditions?",
    ),
}
_means: dict[tuple[str, str], Vectors] = {}
_computing = Lock()


def aimed(embedder: Embedder, question: str, vector: Vectors) -> Vectors:
    """Return the question's vector without what it shares with any question; its length is not 1."""
    language = dominant_direction(question)
    mean = _means.get((embedder.name, language))
    if mean is None:
        mean = _learn(embedder, language)
    own: Vectors = vector - SHARE * mean
    return own


def learn_questions(embedder: Embedder) -> None:
    """Embed the general questions now, about a second of work, so that nobody's question waits for it."""
    for language in _GENERAL:
        _learn(embedder, language)


def _learn(embedder: Embedder, language: str) -> Vectors:
    with _computing:
        key = embedder.name, language
        if key not in _means:
            _means[key] = embedder.embed(list(_GENERAL[language]), "query").mean(axis=0)
        return _means[key]
