"""The admin page of budgets: who may use how much in a day or a month."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts import audit, budgets
from accounts.access import actor_of
from accounts.models import Budget
from accounts.role_admin import ModelForm, RoleAdmin


class BudgetForm(ModelForm):
    """Says beside the form that there is a budget for the same already; the table would only refuse it."""

    @override
    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        named = {name: values.get(name) for name in ("scope", "period", "department", "person")}
        if Budget.objects.filter(**named).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a budget for the same already."), code="unique")
        return values


@admin.register(Budget)
class BudgetAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = BudgetForm
    list_display = ("__str__", "questions", "tokens", "used")
    list_select_related = ("department", "person")
    list_filter = ("scope", "period")
    fields = ("scope", "department", "person", "period", "questions", "tokens")
    autocomplete_fields = ("department", "person")
    ordering = ("scope", "period")

    @admin.display(description=_("used so far"))
    def used(self, budget: Budget) -> str:
        """Say what was used of a budget that one subject has; what each of many used is nobody's sum."""
        found = budgets.used_of(budget)
        if found is None:
            return "–"
        words = str(_("questions: {questions}, tokens: {tokens}"))
        return words.format(questions=number_format(found.questions), tokens=number_format(found.tokens))

    @override
    def save_model(self, request: HttpRequest, obj: Budget, form: ModelForm, change: bool) -> None:
        obj.organization_id = actor_of(request.user).organization_id
        super().save_model(request, obj, form, change)
        self._record(request, "budget.changed" if change else "budget.created", obj)

    @override
    def delete_model(self, request: HttpRequest, obj: Budget) -> None:
        self._record(request, "budget.deleted", obj)
        super().delete_model(request, obj)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for budget in queryset:
            self.delete_model(request, budget)

    def _record(self, request: HttpRequest, action: str, budget: Budget) -> None:
        whose = budget.department_id or budget.person_id or budget.scope
        note = f"{budget.period}: questions={budget.questions}, tokens={budget.tokens}"
        audit.record(action, actor_id=actor_of(request.user).user_id, target=whose, note=note)
