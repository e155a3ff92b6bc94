"""The period, and the department, that a manager looks at."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from analytics.periods import DEFAULT_DAYS, LONGEST_DAYS, MOST_DAYS

EARLIEST = date(2000, 1, 1)


class PeriodForm(forms.Form):
    """Two days, both included, the last thirty where nothing was chosen."""

    longest_days: ClassVar[int] = LONGEST_DAYS
    too_long: ClassVar = _("The period must be between a day and a year.")
    presets: ClassVar[tuple[int, ...]] = (7, 30, 90, 365)
    since = forms.DateField(
        label=_("from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(label=_("to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    @classmethod
    def of(cls, query: dict[str, str]) -> Self:
        """Return the form for an address's query; `days` counts back from today."""
        until = localdate()
        presets = {str(days): days for days in cls.presets}
        days = presets.get(query.get("days", ""), DEFAULT_DAYS)
        usual = {"since": (until - timedelta(days - 1)).isoformat(), "until": until.isoformat()}
        chosen = {name: query[name] for name in cls.base_fields if query.get(name)}
        return cls({**usual, **chosen})

    @property
    def period(self) -> dict[str, date]:
        """The valid form's days."""
        return {name: self.cleaned_data[name] for name in ("since", "until")}

    @property
    def address(self) -> str:
        """The query that leads here again; empty where nothing valid was chosen."""
        if not self.is_valid():
            return ""
        chosen = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return f"?{urlencode(chosen)}"

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins, is longer than a year, or lies before this century."""
        found = super().clean() or {}
        if self.errors:
            return found
        length = (found["until"] - found["since"]).days
        if not 0 <= length < self.longest_days or found["since"] < EARLIEST:
            raise forms.ValidationError(self.too_long)
        return found


class QuarterForm(PeriodForm):
    """A period of no more than a quarter: what is read question by question."""

    longest_days: ClassVar[int] = MOST_DAYS
    too_long: ClassVar = _("The period must be between a day and three months.")
    presets: ClassVar[tuple[int, ...]] = (7, 30, 90)


class DashboardForm(PeriodForm):
    """A period, and one department or all."""

    department_id = forms.TypedChoiceField(
        label=_("department"), required=False, coerce=UUID, empty_value=None
    )

    @classmethod
    def among(cls, departments: Sequence[tuple[UUID, str]], query: dict[str, str]) -> Self:
        """Return the form for an address's query, with these departments to choose from."""
        form = cls.of(query)
        choices = [("", _("all departments")), *((str(pk), name) for pk, name in departments)]
        form.fields["department_id"].choices = choices  # type: ignore[attr-defined]
        return form
