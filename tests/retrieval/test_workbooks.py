"""Tables as offices keep them: titles above and between them, what cells show, formulas without results."""

import datetime
from typing import Any

import openpyxl
import pytest

from retrieval.extract.readers import read_file
from tests.retrieval.made_files import sheet_of
from tests.retrieval.test_formats import saved

PRICES = (
    '| שירות | יחידה | מחיר | הנחה | הערות |\n|---|---|---|---|---|\n| ייעוץ | שעה | 450 | 0 | ללא מע"מ |'
)


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        (["מחירון 2026,,,עודכן: 1.1.2026,"], "מחירון 2026, עודכן: 1.1.2026\n\n{}"),
        (["אופק,,,,", "רחוב הרצל 5,,,,", "טל 03-5550100,,,,", ",,,,", "מחירון,,,,"], None),
        ([], "{}"),
    ],
    ids=["a date beside it", "a letterhead", "none"],
)
def test_titles_above_a_wide_table_are_not_its_header(rows: list[str], read: str | None) -> None:
    table = ["שירות,יחידה,מחיר,הנחה,הערות", 'ייעוץ,שעה,450,0,"ללא מע""מ"']
    found = read_file("\n".join([*rows, *table]).encode(), "a.csv").text
    assert found == (read or "אופק\n\nרחוב הרצל 5\n\nטל 03-5550100\n\nמחירון\n\n{}").format(PRICES)


def test_names_above_columns_of_the_same_name_are_no_title() -> None:
    rows = "סניף,ינואר,,פברואר,\n,הכנסות,הוצאות,הכנסות,הוצאות\nחיפה,10,8,12,9"
    assert read_file(rows.encode(), "a.csv").text.startswith("| סניף | ינואר |  | פברואר |  |")


def test_a_second_table_of_a_sheet_has_its_own_title_and_header() -> None:
    book: Any = openpyxl.Workbook()
    book.active.title = "מחירון"
    for row in (
        ["שירותים"],
        ["שירות", "מחיר", "הערות"],
        ["ייעוץ", 450, "לשעה"],
        [],
        ["ליווי", 300, None],
        [],
        ["משלוחים"],
        ["אזור", "ימים"],
        ["מרכז", 2],
    ):
        book.active.append(row)
    assert read_file(saved(book), "a.xlsx").text == (
        "## מחירון\n\nשירותים\n\n| שירות | מחיר | הערות |\n|---|---|---|\n| ייעוץ | 450 | לשעה |\n"
        "| ליווי | 300 |  |\n\n"
        "משלוחים\n\n| אזור | ימים |\n|---|---|\n| מרכז | 2 |"
    )


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.12, "0%", "12%"),
        (0.125, "0.0%", "12.5%"),
        (1, "0%", "100%"),
        (0.07, "0.00%", "7.00%"),
        (0.0455, "0.0%", "4.6%"),
        (0.055, "0%", "5.5%"),
        (14.5, '#,##0.00 "₪"', "14.50 ₪"),
        (45000.5, "#,##0.00", "45,000.50"),
        (45000, "#,##0.00", "45,000.00"),
        (17.109999999, "0.00", "17.11"),
        (-2.5, "0.00;[Red]-0.00", "-2.50"),
        (2.5, "0.##", "2.5"),
        (2, "0.0#", "2.0"),
        (2, "0.##", "2"),
        (3.7, "#,##0", "3.7"),
        (3.75, "General", "3.75"),
        (1234567.5, "0.00E+00", "1234567.5"),
        (1234567, "0.0,", "1234567"),
        (1e300, "0.00", "1e+300"),
        (1250, '#,##0 "₪"', "1,250 ₪"),
        (99.9, "[$₪-40D] #,##0.00", "99.90 ₪"),
        (1250, "[$-40D]#,##0", "1,250"),
        (1250, '0 "ש""ח"', '1250 ש"ח'),
        (40, "$0", "40 $"),
        (0.12, "0.00", "0.12"),
        (5, '0 "% מהשכר"', "5"),
        (2026, "General", "2026"),
        (datetime.time(8, 30), "hh:mm", "08:30"),
        (datetime.date(2026, 4, 3), "dd/mm/yyyy", "03/04/2026"),
        (True, "General", "True"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: Any, form: str, shown: str) -> None:
    book: Any = openpyxl.Workbook()
    book.active.append(["שם", "ערך"])
    book.active.append(["א", value])
    book.active["B2"].number_format = form
    assert read_file(saved(book), "a.xlsx").text.endswith(f"| א | {shown} |")


def test_a_formula_without_a_result_is_shown_itself_and_is_a_concern() -> None:
    book: Any = openpyxl.Workbook()
    for row in (["פריט", "מחיר", 'עם מע"מ'], ["שולחן", 1000, '=IF(B2<5,"",B2*1.18)'], ["כיסא", 200, 236]):
        book.active.append(row)
    found = read_file(saved(book), "a.xlsx")
    assert '| שולחן | 1000 | =IF(B2<5,"",B2*1.18) |\n| כיסא | 200 | 236 |' in found.text
    assert found.concern == "formulas_not_computed"


@pytest.mark.parametrize(
    ("cell", "concern"),
    [
        ('<c r="A2"><f>1+1</f><v>2</v></c>', ""),
        ('<c r="A2" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="A2"><f t="shared" si="0"/></c>', "formulas_not_computed"),
        ('<c r="A2"><f>1+1</f><v/></c>', "formulas_not_computed"),
    ],
)
def test_a_result_that_is_there_is_no_concern(cell: str, concern: str) -> None:
    rows = f'<row r="1"><c r="A1" t="str"><v>סך</v></c></row><row r="2">{cell}<c r="B2"><v>1</v></c></row>'
    assert read_file(sheet_of(rows), "a.xlsx").concern == concern
