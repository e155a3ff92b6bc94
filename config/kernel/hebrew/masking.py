"""Personal data in Hebrew and English text, found by its form and put out of sight.

Only what its own check confirms, or what a word beside it names, is taken for personal: an order number of
nine digits stays unless its check digit fits an identity number. Sources: identity numbers and payment cards
have the check digit of ISO/IEC 7812-1; an IBAN of Israel has 23 characters (ISO 13616).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class PersonalData(StrEnum):
    """What kind of personal data a piece of text is."""

    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    IDENTITY = "identity"
    PHONE = "phone"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of text from `start` to before `end`."""

    kind: PersonalData
    start: int
    end: int


_PLACEHOLDERS: Mapping[PersonalData, str] = {
    PersonalData.EMAIL: "[דוא״ל]",
    PersonalData.IBAN: "[חשבון בנק]",
    PersonalData.CARD: "[כרטיס אשראי]",
    PersonalData.IDENTITY: "[מספר זהות]",
    PersonalData.PHONE: "[טלפון]",
    PersonalData.ADDRESS: "[כתובת]",
}
# Between the digits of one number: a space, a hyphen, a maqaf, a non-breaking hyphen or a full stop.
_GAP = r"[ \-\u05be\u2010\u2011.]?"
_START, _END = r"(?<![\d.\-/])", r"(?![\d/]|[.\-]\d)"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
_IBAN = re.compile(rf"(?<![A-Za-z0-9])IL{_GAP}\d{{2}}(?:{_GAP}\d){{19}}(?!\d)", re.IGNORECASE)
_CARD = re.compile(rf"{_START}\d(?:{_GAP}\d){{12,18}}{_END}")
_IDENTITY = re.compile(rf"{_START}\d{{8}}{_GAP}\d{_END}")
_NAMED_IDENTITY = re.compile(
    r"(?:ת[\"״.']{0,2}ז\.?|תעודת ה?זהות|מספר ה?זהות|\bID(?: (?:number|no\.?))?)"
    rf"(?: (?:שלי|שלו|שלה|הוא|היא|is|מספר|מס['׳]))*[:\s]{{1,3}}(\d{{7,8}}{_GAP}\d){_END}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    rf"(?<![\d+.\-/])(?:(?:\+|00){_GAP}972{_GAP}\(?0?\)?{_GAP}|\(?0)"
    rf"(?:[57]\d|[23489])\)?{_GAP}\d{{3}}{_GAP}\d(?:{_GAP}\d){{3}}{_END}"
)
_NO_STREET = r"(?!(?:אין|יש|הוא|היא|זה|זו|של|עם|את|לא|כבר|רק|עד|היו|היה) )"
_WORD = r"[\u05d0-\u05ea][\u05d0-\u05ea\"'״׳\u05be-]{0,20}"
_ADDRESS = re.compile(
    rf"(?<![\u05d0-\u05ea])(?:[ובלמהשכ]{{0,2}})(?P<street>(?:רחוב|רח['׳]|שדרות|שד['׳]|סמטת|כיכר)"
    rf" {_NO_STREET}{_WORD}(?: {_WORD}){{0,3}} \d{{1,4}}(?:[\u05d0-\u05ea](?![\u05d0-\u05ea])|/\d{{1,3}})?"
    r"(?![\d:.%-]*\d)"
    r"(?:,? (?:דירה|דירת|כניסה|קומה|ד['׳]) (?:\d{1,3}|[\u05d0-\u05ea]['׳]?(?![\u05d0-\u05ea])))*)"
)
_STREET = re.compile(
    r"\b(?P<street>\d{1,4} (?:[A-Z][A-Za-z'-]{1,20} ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd))(?!\w)"
)


def find_personal_data(text: str) -> tuple[Finding, ...]:
    """Return what in `text` is personal, in its order and without overlap; the surer kind goes first."""
    taken: list[Finding] = []
    for finding in _candidates(text):
        if all(finding.end <= other.start or other.end <= finding.start for other in taken):
            taken.append(finding)
    return tuple(sorted(taken, key=lambda finding: finding.start))


def mask_personal_data(text: str, *, kinds: Collection[PersonalData] = PersonalData) -> str:
    """Return `text` with a word for its kind in the place of each piece of personal data of these kinds."""
    parts, last = [], 0
    for finding in find_personal_data(text):
        if finding.kind not in kinds:
            continue
        parts += [text[last : finding.start], _PLACEHOLDERS[finding.kind]]
        last = finding.end
    return "".join([*parts, text[last:]])


def _candidates(text: str) -> Iterator[Finding]:
    """Yield what looks personal, kind after kind, surest first."""
    for kind, pattern, group, is_one in _KINDS:
        for match in pattern.finditer(text):
            if is_one(_digits(match[group])):
                yield Finding(kind, match.start(group), match.end(group))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_identity_number(digits: str) -> bool:
    """Tell whether up to nine digits are an Israeli identity number; leading zeros may be left out."""
    return 5 <= len(digits) <= 9 and int(digits) > 0 and _luhn(digits.zfill(9))


def _is_card(digits: str) -> bool:
    return len(set(digits)) > 1 and digits[0] in "23456" and _luhn(digits)


def _always(_digits: str) -> bool:
    return True


_KINDS: tuple[tuple[PersonalData, re.Pattern[str], int | str, Callable[[str], bool]], ...] = (
    (PersonalData.EMAIL, _EMAIL, 0, _always),
    (PersonalData.IBAN, _IBAN, 0, _always),
    (PersonalData.PHONE, _PHONE, 0, _always),
    (PersonalData.CARD, _CARD, 0, _is_card),
    (PersonalData.IDENTITY, _NAMED_IDENTITY, 1, is_identity_number),
    (PersonalData.IDENTITY, _IDENTITY, 0, is_identity_number),
    (PersonalData.ADDRESS, _ADDRESS, "street", _always),
    (PersonalData.ADDRESS, _STREET, "street", _always),
)
