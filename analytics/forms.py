"""The period that a manager looks at."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

LONGEST_DAYS = 366
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
        days = int(query["days"]) if query.get("days", "") in {str(preset) for preset in PRESETS} else 30
        usual = {"since": (until - timedelta(days - 1)).isoformat(), "until": until.isoformat()}
        return cls({**usual, **{name: query[name] for name in usual if query.get(name)}})

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse what ends before it begins, is longer than a year, or lies before this century."""
        found = super().clean() or {}
        if not self.errors and not 0 <= (found["until"] - found["since"]).days < LONGEST_DAYS:
            raise forms.ValidationError(_("The period must be between a day and a year."))
        if not self.errors and found["since"] < EARLIEST:
            raise forms.ValidationError(_("The period must be between a day and a year."))
        return found
