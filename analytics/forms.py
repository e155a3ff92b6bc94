"""The period that a manager looks at."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from analytics.serializers import DEFAULT_DAYS, LONGEST_DAYS

EARLIEST = date(2000, 1, 1)
PRESETS = (7, 30, 90, 365)


class PeriodForm(forms.Form):
    """Two days, both included; the last thirty days where nothing was chosen."""

    since = forms.DateField(
        label=_("from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(label=_("to"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    @classmethod
    def of(cls, query: dict[str, str]) -> "PeriodForm":
        """Return the form for an address's query; `days` counts back from today."""
        until = localdate()
        presets = {str(days): days for days in PRESETS}
        days = presets.get(query.get("days", ""), DEFAULT_DAYS)
        usual = {"since": (until - timedelta(days - 1)).isoformat(), "until": until.isoformat()}
        return cls({**usual, **{name: query[name] for name in usual if query.get(name)}})

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins, is longer than a year, or lies before this century."""
        found = super().clean() or {}
        if self.errors:
            return found
        length = (found["until"] - found["since"]).days
        if not 0 <= length < LONGEST_DAYS or found["since"] < EARLIEST:
            raise forms.ValidationError(_("The period must be between a day and a year."))
        return found
