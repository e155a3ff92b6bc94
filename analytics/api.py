"""Numbers by REST, for managers; recommendations, for everybody."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ManagerView, MemberView, validated
from analytics import recommendations, selectors
from analytics.serializers import RelatedSerializer, UsageQuerySerializer, UsageSerializer


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


class RelatedView(MemberView):
    @extend_schema(
        summary="What others asked and read about the documents of one of the own answers",
        description="Shows nothing that fewer than three other people stand behind.",
        responses=RelatedSerializer,
    )
    def get(self, request: Request, answer_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        related = recommendations.related_to(actor=self.actor, answer_id=answer_id)
        questions = [{"text": text} for text in related.questions]
        found = {
            "questions": questions,
            "documents": related.documents,
            "departments": related.departments,
        }
        return Response(RelatedSerializer(found).data)
