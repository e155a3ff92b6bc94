"""Numbers by REST, for managers."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ManagerView, validated
from analytics import selectors
from analytics.serializers import UsageQuerySerializer, UsageSerializer


class UsageView(ManagerView):
    @extend_schema(
        summary="The organisation's questions by day",
        parameters=[UsageQuerySerializer],
        responses=UsageSerializer,
    )
    def get(self, request: Request) -> Response:
        period = validated(UsageQuerySerializer, request.query_params)
        days = selectors.usage_by_day(actor=self.actor, **period)
        return Response(UsageSerializer({**period, "results": days}).data)
