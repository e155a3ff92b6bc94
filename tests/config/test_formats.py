"""Dates are typed the Hebrew way round, and large numbers have commas."""

from datetime import date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, translation


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("03/04/2026", date(2026, 4, 3)),
        ("22/11/2026", date(2026, 11, 22)),
        ("22.11.2026", date(2026, 11, 22)),
        ("2026-11-22", date(2026, 11, 22)),
    ],
)
def test_a_date_is_read_day_first(typed: str, meant: date) -> None:
    with translation.override("he"):
        assert forms.DateField(localize=True).clean(typed) == meant


@pytest.mark.parametrize("typed", ["11/22/2026", "32/01/2026", "2026/13/01"])
def test_an_impossible_date_is_refused(typed: str) -> None:
    with translation.override("he"), pytest.raises(forms.ValidationError):
        forms.DateField(localize=True).clean(typed)


def test_a_date_with_its_time_is_read_day_first() -> None:
    with translation.override("he"):
        value = forms.DateTimeField(localize=True).clean("03/04/2026 16:05")
    assert value.replace(tzinfo=None) == datetime(2026, 4, 3, 16, 5)  # noqa: DTZ001  compared as typed


def test_a_date_is_shown_as_it_is_typed() -> None:
    with translation.override("he"):
        shown = forms.DateInput().format_value(date(2026, 4, 3))
        assert shown == "03/04/2026"
        assert formats.date_format(date(2026, 11, 22)) == "22 בנובמבר 2026"


def test_thousands_are_separated() -> None:
    with translation.override("he"):
        assert Template("{{ n }}").render(Context({"n": 1234567})) == "1,234,567"
