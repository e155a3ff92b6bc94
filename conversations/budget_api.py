"""What is left to ask, for programs and for the page's own line."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MemberView
from accounts.budget_words import used_words
from accounts.types import BudgetPeriod, BudgetScope, BudgetUnit
from conversations import spending


class BudgetSerializer(serializers.Serializer[Any]):
    scope = serializers.ChoiceField(choices=BudgetScope.choices)
    period = serializers.ChoiceField(choices=BudgetPeriod.choices)
    unit = serializers.ChoiceField(choices=BudgetUnit.choices)
    limit = serializers.IntegerField()
    used = serializers.IntegerField()
    resets_at = serializers.DateTimeField()


class BudgetsSerializer(serializers.Serializer[Any]):
    budgets = BudgetSerializer(many=True, help_text="The fullest first; none where nothing is limited.")
    told = serializers.CharField(
        help_text="What to tell the person once a budget is nearly used up, or empty."
    )


class BudgetsView(MemberView):
    @extend_schema(summary="How far the own budgets are used", responses=BudgetsSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        states = spending.standing(actor=self.actor)
        told = spending.worth_telling(states)
        body = {"budgets": states, "told": used_words(told) if told else ""}
        return Response(BudgetsSerializer(body).data)
