"""What kind of thing a question asks for, and whether a text has one: the expected answer type.

"What is the phone number?" is answered by a text with a phone number, "how do I" by one that says what to do.
The type only weighs: a text without it may still be the answer. The idea and the name are those of question
answering (Li and Roth, "Learning Question Classifiers", 2002); the types are those of office documents.
"""

import enum
import re
from collections.abc import Mapping

_START, _END = r"(?:^|[\s\"'(])[והבלמכש]{0,3}", r"(?=$|[\s?!.,:;\"')])"


class AnswerType(enum.Enum):
    FIGURE = "figure"
    WHEN = "when"
    CLOCK = "clock"
    PHONE = "phone"
    EMAIL = "email"
    PLACE = "place"
    STEPS = "steps"


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(alternatives)}){_END}", re.IGNORECASE)


_ASKED: Mapping[AnswerType, re.Pattern[str]] = {
    AnswerType.FIGURE: _words("כמה", "מתי", "מספר", "שלוחה", "how", "when", "number", "extension"),
    AnswerType.WHEN: _words(
        "מתי", "באיזה יום", "איזה יום", "באיזה חודש", "באיזה תאריך", "מועד", "תאריך",
        "when", "what day", "deadline",
    ),
    AnswerType.CLOCK: _words(
        "(?:איזו|איזה|מה|אילו) (?:ה?שעה|ה?שעות)", "שעות", "פתוח", "פתוחה", "סגור", "סגורה", "פתיחה", "סגירה",
        "hours", "what time", "open", "closed",
    ),
    AnswerType.PHONE: _words(
        "טלפון", "שלוחה", "מתקשרים", "להתקשר", "לחייג", "מחייגים", "phone", "telephone", "extension", "call"
    ),
    AnswerType.EMAIL: _words("מייל", "אימייל", "דוא[\"״]ל", "כתובת", "e-?mail", "address"),
    AnswerType.PLACE: _words(
        "איפה", "היכן", "לאן", "באיזה חדר", "באיזו קומה", "where", "which (?:room|floor)"
    ),
    AnswerType.STEPS: _words(
        "איך", "כיצד", "מה עושים", "מה לעשות", "מה צריך לעשות", "מה עליי? לעשות",
        "מה (?:ה?שלבים|ה?תהליך|ה?הליך)",
        "how (?:do|can|should|to)", "what (?:should|do|must|can) (?:i|we|one|you) do", "what to do", "steps",
    ),
}  # fmt: skip

_MONTH = (
    "ינואר|פברואר|מרץ|מרס|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר"
    "|january|february|march|april|june|july|august|september|october|november|december"
)
_DAY = "יום (?:ראשון|שני|שלישי|רביעי|חמישי|שישי|[א-ו][\"'׳])|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_CLOCK = r"\b\d{1,2}:\d{2}\b"
_OBLIGED = "יש|אין|ניתן|אפשר|חובה|צריך|נדרש|נדרשת"
_DONE_BY = "נעשה|נעשית|נעשים|מתבצע|מתבצעת|מוגש|מוגשת|מוגשים|מגישים|ממלאים|מזמינים|מדווחים"
_FOUND: Mapping[AnswerType, re.Pattern[str]] = {
    # The number of a list's item is no figure.
    AnswerType.FIGURE: re.compile(r"^(?:\s*\d{1,2}[.)]\s|(?!\s*\d{1,2}[.)]\s)).*\d", re.MULTILINE),
    AnswerType.WHEN: re.compile(
        rf"{_CLOCK}|{_MONTH}|{_DAY}|ב?-?\d{{1,2}} (?:ב|ל|ב?כל )ה?חודש|\d{{1,2}}[./]\d{{1,2}}", re.IGNORECASE
    ),
    AnswerType.CLOCK: re.compile(_CLOCK),
    AnswerType.PHONE: re.compile(
        r"שלוחה \d{3,}|\*\d{3,5}\b|\b0\d{1,2}-?\d{3}-?\d{4}\b|\b1-?[78]00-?\d|חייג \d"
        r"|\bext(?:ension)?\.? \d{3,}",
        re.IGNORECASE,
    ),
    AnswerType.EMAIL: re.compile(r"[\w.+-]+@[\w-]+\.\w|https?://"),
    AnswerType.PLACE: re.compile(
        r"(?:קומה|קומת|חדר|שער|בניין|רחוב|אולם|רחבת|לובי|עמדת)\s|https?://|\b(?:floor|room|gate|building|street)\b",
        re.IGNORECASE,
    ),
    AnswerType.STEPS: re.compile(
        rf"^\s*\d{{1,2}}[.)] |(?:^|\s)(?:{_OBLIGED})\s(?:\S+\s)?ל\S|(?<!לא)\s(?:{_DONE_BY})\s"
        r"|\b(?:must|should|please)\b",
        re.IGNORECASE | re.MULTILINE,
    ),
}
_OF_ITSELF = re.compile(
    r"(?:מטרת (?:ה|נ|מ)\S+|מטרתו|מטרתה"
    r"|ה?(?:נוהל|מדיניות|מסמך|מדריך|הנחיה|הנחיות|פרק|תקנון|הוראה)(?: ז[הו])?"
    r" (?:מסביר|קובע|מגדיר|מפרט|מסדיר|מתאר|מרכז|מציג|מיועד|עוסק|חל|מאפשר|מבהיר)[תים]{0,2})(?=[\s*_])"
    r"|(?:this|the) (?:policy|procedure|document|guide|page|section)"
    r" (?:explains?|describes?|sets|defines?|applies)\b",
    re.IGNORECASE,
)


def asked_types(question: str) -> frozenset[AnswerType]:
    """Return what the question asks for; nothing where its words do not say."""
    return frozenset(kind for kind, words in _ASKED.items() if words.search(question))


def types_in(text: str) -> frozenset[AnswerType]:
    """Return what a text has."""
    return frozenset(kind for kind, form in _FOUND.items() if form.search(text))


def speaks_of_itself(text: str) -> bool:
    """Tell whether a sentence says what its document is for ("the procedure explains what to do in a fire").

    Such a sentence holds the question's words and not its answer.
    """
    return _OF_ITSELF.match(text.lstrip("*_ ")) is not None
