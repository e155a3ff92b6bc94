"""What every REST resource shares: known fields, the form of errors, and paging by cursor."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext_lazy as _
from rest_framework import pagination, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import set_rollback
from typing_extensions import override

from config.problems import problem_of

_FIELDS_NAMED = 20  # of those that are not known, in one answer


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:  # noqa: ARG001  DRF's signature
    """Answer `{code, message, details?}`; None lets a defect of ours become a logged 500."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    return Response(problem.body, status=problem.status, headers=problem.headers)


class KnownFieldsSerializer(serializers.Serializer[Any]):
    """Refuses a field that it does not know, where a misspelt one would silently change what is meant."""

    @override
    def to_internal_value(self, data: Any) -> Any:
        names = set(data) - {"csrfmiddlewaretoken"} if isinstance(data, Mapping) else set()
        unknown = sorted(str(name) for name in names - set(self.fields))
        if unknown:
            raise ValidationError({name: [_("There is no such field.")] for name in unknown[:_FIELDS_NAMED]})
        return super().to_internal_value(data)


class CursorPagination(pagination.CursorPagination):
    """Pages by key, never by offset or with totals: page 10,000 costs what the first one does.

    Answers `{results, next_cursor, previous_cursor}`; a cursor goes back as `?cursor=`.
    """

    page_size = 30
    page_size_query_param = "limit"
    max_page_size = 100
    ordering: str | list[str] | tuple[str, ...] = "-created_at"

    @override
    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise ValidationError({self.cursor_query_param: [_("The cursor is not valid.")]}) from None

    @override
    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "results": data,
                "next_cursor": _cursor_in(self.get_next_link(), self.cursor_query_param),
                "previous_cursor": _cursor_in(self.get_previous_link(), self.cursor_query_param),
            }
        )

    @override
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        cursor = {"type": "string", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next_cursor", "previous_cursor"],
            "properties": {"results": schema, "next_cursor": cursor, "previous_cursor": cursor},
        }


def _cursor_in(link: str | None, parameter: str) -> str | None:
    return parse_qs(urlsplit(link).query)[parameter][0] if link else None
