"""Text of people and programs, made fit to be kept, shown among other text, and opened in a spreadsheet."""

import pytest

from config.kernel.text import InvalidCharactersError, clean_text, spreadsheet_text

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\ufeff"


@pytest.mark.parametrize("mark", TURNING)
def test_what_turns_text_around_is_taken_out(mark: str) -> None:
    assert clean_text(f"דוח{mark}fdp.exe", max_length=50, field="title") == "דוחfdp.exe"


@pytest.mark.parametrize("control", ["\x07", "\x1b", "\x7f", "\x9b"])
def test_what_terminals_obey_is_taken_out(control: str) -> None:
    assert clean_text(f"a{control}b", max_length=50, field="title") == "ab"


@pytest.mark.parametrize("broken", ["\x00", "\ud800"])
def test_what_no_database_keeps_is_refused(broken: str) -> None:
    with pytest.raises(InvalidCharactersError):
        clean_text(f"a{broken}b", max_length=50, field="title")


@pytest.mark.parametrize(
    "value",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://evil")'),
        *(
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\xa0=1",
            "\uff1d1",
            "\uff0b1",
            "\uff0d1",
            "\uff20SUM(A1)",
            "\ttext",
        ),
    ],
)
def test_a_formula_is_shown_and_not_computed(value: str) -> None:
    assert spreadsheet_text(value) == f"'{value}"


@pytest.mark.parametrize("value", ["שלום", "12", "a=b", "", "'x"])
def test_other_text_is_left_alone(value: str) -> None:
    assert spreadsheet_text(value) == value
