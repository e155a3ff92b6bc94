"""Personal data is found by its form and its check digit; other numbers stay."""

from itertools import pairwise

import pytest

from config.kernel.hebrew.masking import find_personal_data, is_identity_number, mask_personal_data


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "תעודת הזהות שלי היא 123456782, מה יתרת החופשה?",
            "תעודת הזהות שלי היא [מספר זהות], מה יתרת החופשה?",
        ),
        ("ת״ז 12345678-2", "ת״ז [מספר זהות]"),
        ('ת"ז: 000000018', 'ת"ז: [מספר זהות]'),
        ("ת.ז. 39337423", "ת.ז. [מספר זהות]"),
        ("לעובדת 123456782 מגיע", "לעובדת [מספר זהות] מגיע"),
        ("My ID is 123456782.", "My ID is [מספר זהות]."),
        ("הנייד: 052-1234567", "הנייד: [טלפון]"),
        ("התקשרו ל־03-1234567 או ל־+972-54-123-4567", "התקשרו ל־[טלפון] או ל־[טלפון]"),
        ("טלפון 0541234567.", "טלפון [טלפון]."),
        ("טלפון (02) 123 4567", "טלפון [טלפון]"),
        ("דרך 077-1234567", "דרך [טלפון]"),
        ("כרטיס 4580 1234 5678 9011? לא", "כרטיס 4580 1234 5678 9011? לא"),
        ("כרטיס 4111-1111-1111-1111 בתוקף", "כרטיס [כרטיס אשראי] בתוקף"),
        ("378282246310005", "[כרטיס אשראי]"),
        ("כתבו אל dana.levi+hr@mail.example.co.il היום", "כתבו אל [דוא״ל] היום"),
        ("IL62 0108 0000 0009 9999 999", "[חשבון בנק]"),
        ("גרה ברחוב הרצל 12, תל אביב", "גרה ב[כתובת], תל אביב"),
        ("רח' בן יהודה 5/3 ירושלים", "[כתובת] ירושלים"),
        ("כתובתי שדרות רוטשילד 100, דירה 4, תל אביב", "כתובתי [כתובת], תל אביב"),
        ("I live at 12 Ben Yehuda Street, Haifa", "I live at [כתובת], Haifa"),
        ("דנה 052-1234567, 123456782", "דנה [טלפון], [מספר זהות]"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask_personal_data(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "הזמנה 123456789 בסך 1,234,567 ₪",  # nine digits whose check digit does not fit
        "סעיף 12.3.4 בנוהל 2026-11",
        "גרסה 10.0.19041 מיום 01/02/2026",
        "השעות 08:00-16:30, שלוחה 1234",
        "*2345",
        "מספר אסמכתה 1111111111111111",
        "ברחוב אין חניה אחרי 18:00",
        "רחוב הוא שם עצם",
        "ברחוב יש 3 חניות",
        "רחוב הרצל 12:30",
        "a@b",
        "000000000",
        "2501–25000 ₪",
        "ב־30 בספטמבר 2026",
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert find_personal_data(text) == ()


@pytest.mark.parametrize("digits", ["123456782", "000000018", "39337423", "18"])
def test_the_check_digit_decides(digits: str) -> None:
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert is_identity_number(digits) is (len(digits) >= 5)
    assert not is_identity_number(wrong)


def test_findings_are_in_order_and_apart() -> None:
    found = find_personal_data("דנה, 052-1234567, \u200fdana@example.com, ת״ז 123456782")
    assert [finding.kind for finding in found] == ["phone", "email", "identity"]
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_long_rows_of_digits_take_no_time() -> None:
    assert find_personal_data("1" * 50_000 + " " + "1 " * 20_000) == ()
