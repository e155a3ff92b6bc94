"""Where the caller is signed in, and ending that from afar."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers as shapes
from accounts.api.base import MemberView
from accounts.services import sign_ins


class SignInsView(MemberView):
    @extend_schema(
        summary="Where the caller is signed in: browsers, and programs that hold tokens",
        responses=shapes.SignInsSerializer,
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        found = sign_ins.sign_ins_of(actor=self.actor)
        return Response(shapes.SignInsSerializer({"sign_ins": found}).data)

    @extend_schema(
        operation_id="sign_ins_destroy_others", summary="Sign out everywhere else", responses={204: None}
    )
    def delete(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        sign_ins.end_other_sign_ins(actor=self.actor)
        return Response(status=204)


class SignInDetailView(MemberView):
    @extend_schema(
        summary="Sign out of one of them: its session, its tokens and its open sockets end",
        responses={204: None},
    )
    def delete(self, request: Request, sign_in_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        sign_ins.end_sign_in(actor=self.actor, sign_in_id=sign_in_id)
        return Response(status=204)
