"""What may be used up, and what has been."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.tenancy import TenantModel
from accounts.types import BudgetPeriod, BudgetScope


class Budget(TenantModel):
    """How many questions and tokens a day or a month has for somebody.

    Without a department or person it holds for each of them; the one that names them counts for more.
    """

    scope = models.CharField(_("whose"), max_length=16, choices=BudgetScope.choices)
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("Empty: the same for each department."),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named person"),
        help_text=_("Empty: the same for each person."),
    )
    period = models.CharField(_("period"), max_length=8, choices=BudgetPeriod.choices)
    questions = models.PositiveIntegerField(
        _("questions"), null=True, blank=True, help_text=_("Empty: without a limit.")
    )
    tokens = models.PositiveBigIntegerField(
        _("tokens"),
        null=True,
        blank=True,
        help_text=_("Read and written by the model. Empty: without a limit."),
    )
    since = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering: ClassVar = ["scope", "period"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "scope", "period"],
                condition=models.Q(department=None, person=None),
                name="budget_one_for_all",
            ),
            models.UniqueConstraint(fields=["department", "period"], name="budget_one_of_a_department"),
            models.UniqueConstraint(fields=["person", "period"], name="budget_one_of_a_person"),
        ]

    def __str__(self) -> str:
        named = self.department or self.person
        whose = f"{self.get_scope_display()}: {named}" if named else self.get_scope_display()
        return f"{whose} · {self.get_period_display()}"

    @override
    def clean(self) -> None:
        if self.questions is None and self.tokens is None:
            raise ValidationError(_("A budget needs a number of questions or of tokens."), code="empty")
        if self.scope != BudgetScope.DEPARTMENT:
            self.department = None
        if self.scope != BudgetScope.PERSON:
            self.person = None

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.since = now()
        super().save(*args, **kwargs)


class BudgetLedger(TenantModel):
    """What a subject has used in one day or month; `reserved` tokens are those of answers under way."""

    subject = models.CharField(max_length=64)
    period = models.CharField(max_length=8, choices=BudgetPeriod.choices)
    starts = models.DateField()
    questions = models.PositiveBigIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)
    reserved = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "subject", "period", "starts"], name="budget_ledger_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.starts}"


class BudgetReservation(TenantModel):
    """What an answer under way holds of a ledger, until it is known what it took."""

    answer_id = models.UUIDField(db_index=True)
    ledger = models.ForeignKey(BudgetLedger, on_delete=models.CASCADE, related_name="+")
    tokens = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return str(self.answer_id)
