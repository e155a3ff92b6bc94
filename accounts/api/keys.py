"""API keys by REST, for managers; a key itself makes and sees none."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts import serializers as shapes
from accounts.api.base import ManagerView, page_of, validated
from accounts.services import api_keys
from accounts.services.api_keys import WantedKey


class ApiKeysView(ManagerView):
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS

    @extend_schema(
        summary="The API keys of the organization, the newest first",
        responses=shapes.ApiKeySerializer(many=True),
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return page_of(self, api_keys.keys_of(actor=self.actor), shapes.ApiKeySerializer)

    @extend_schema(
        summary="Make an API key that acts as the caller; the answer alone holds the key",
        request=shapes.WantedKeySerializer,
        responses={201: shapes.NewApiKeySerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.WantedKeySerializer, request.data)
        wanted = WantedKey(said["name"], said["scopes"], said.get("days"))
        row, key = api_keys.create_key(actor=self.actor, wanted=wanted)
        return Response({**shapes.ApiKeySerializer(row).data, "key": key}, status=201)


class ApiKeyDetailView(ManagerView):
    @extend_schema(summary="Revoke an API key", responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        api_keys.revoke_key(actor=self.actor, key_id=key_id)
        return Response(status=204)
