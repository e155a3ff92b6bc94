"""What the REST resources of this app share."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings
from rest_framework.views import APIView
from typing_extensions import override

from accounts import limits
from accounts.addresses import client_network
from accounts.authentication import request_actor
from accounts.devices import device_of
from accounts.permissions import IsManager, IsMember
from accounts.tenancy import request_scope
from accounts.types import Actor


class PublicView(APIView):
    """Whoever asks says who it is in the body; a session or token that comes along counts for nothing."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    limit: ClassVar[str] = "read"

    @override
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with request_scope():
            return super().dispatch(request, *args, **kwargs)

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        limits.remember(request, limits.check(self.limit, client_network(request.META)))


class MemberView(APIView):
    """For every active account."""

    permission_classes: Any = (IsMember,)

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        limits.remember(request, limits.check("read", str(self.actor.user_id)))

    @property
    def actor(self) -> Actor:
        return request_actor(self.request)


class ManagerView(MemberView):
    """For the managers of an organisation."""

    permission_classes = (IsManager,)


def validated(shape: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """Return the data checked by a serializer; raise DRF's ValidationError."""
    form = shape(data=data)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def origin_of(request: Request) -> str:
    """Return scheme and host that the caller reached us under, for links that lead back."""
    return request.build_absolute_uri("/").rstrip("/")


def device_behind(request: Request) -> str:
    """Return what the caller says it is, in few words."""
    return device_of(request.headers.get("user-agent", ""))


def page_of(
    view: APIView, rows: QuerySet[Any], shape: type[Serializer[Any]], *, order: str = "-created_at"
) -> Response:
    """Return a page of the rows that the request asks for, by cursor."""
    kind: Any = api_settings.DEFAULT_PAGINATION_CLASS
    pages = kind()
    pages.ordering = order
    page = pages.paginate_queryset(rows, view.request, view=view)
    answer: Response = pages.get_paginated_response(shape(page, many=True).data)
    return answer
