"""What is no question: greetings, thanks, and messages without a word to search for. Answered at once,
without a search and without a claim.
"""

from django.utils.translation import gettext, override

from config.kernel.hebrew.direction import dominant_direction
from config.kernel.hebrew.normalise import content_words, words

# A message is small talk when it holds nothing but such words and at least one that greets, thanks or leaves.
_GREETINGS = """שלום היי הי הייי אהלן הלו בוקר ערב צהריים נשמע שלומך שלומכם hello hi hey morning evening
    afternoon greetings shalom"""
_THANKS = "תודה תודות thanks thank thx ty cheers"
_FAREWELLS = "ביי להתראות bye goodbye"
_BESIDE = """טוב טובה טובים לך לכם לכן מה איך מאוד רבה רבות המון על העזרה עזרתכם עזרה הכל הכול בסדר סבבה מעולה
    יופי אוקיי אוקי אחלה יום נעים נעימה נהדר מצוין מצוינת שבת שבוע שמח לילה ולהתראות וביי ותודה מקרב לב
    good day night great ok okay perfect you very much so a lot for the your help how are there all"""
_LEAST_LETTERS = 3


def small_talk(message: str, *, goes_on: bool = False) -> str | None:
    """Return a short answer in the message's language to what is no question; None for everything else.

    What `goes_on` from an earlier question asks something though it has no word of its own: "until when?".
    """
    spoken = words(message)
    with override("he" if dominant_direction(message) == "rtl" else "en"):
        if spoken and all(word in _ALL for word in spoken):
            if any(word in _SETS["thanks"] for word in spoken):
                return gettext("You're welcome. Whenever there is another question, it can be asked here.")
            if any(word in _SETS["farewells"] for word in spoken):
                return gettext("Goodbye, and have a good day.")
            if any(word in _SETS["greetings"] for word in spoken):
                return gettext("Hello. What would you like to know from the organization's documents?")
        if not goes_on and not any(_means_something(word) for word in content_words(message)):
            return gettext(
                "There is nothing to search for in this message. A question in a few words, about a "
                "procedure, a form or a right, will find an answer more easily."
            )
    return None


def _means_something(word: str) -> bool:
    """Tell a word from a key that was held down."""
    return len(word) < _LEAST_LETTERS or len(set(word)) > 1


_SETS = {
    "greetings": frozenset(words(_GREETINGS)),
    "thanks": frozenset(words(_THANKS)),
    "farewells": frozenset(words(_FAREWELLS)),
}
_ALL = frozenset().union(*_SETS.values(), words(_BESIDE))
