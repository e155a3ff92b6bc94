"""One's own account: profile and password."""

from django.contrib import auth
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts import serializers as shapes
from accounts.api.base import MemberView, PublicView, device_behind, origin_of, validated
from accounts.api.sign_in import tokens_response
from accounts.services import passwords
from accounts.services.profile import ProfileChange, update_profile
from accounts.services.refresh import issue_tokens


class ProfileView(MemberView):
    @extend_schema(summary="The own profile", responses=shapes.ProfileSerializer)
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return Response(shapes.ProfileSerializer(access.get_user(self.actor)).data)

    @extend_schema(
        summary="Change the own display name, language or e-mail address",
        request=shapes.ProfileChangeSerializer,
        responses=shapes.ProfileSerializer,
    )
    def patch(self, request: Request) -> Response:
        change = ProfileChange(**validated(shapes.ProfileChangeSerializer, request.data))
        return Response(shapes.ProfileSerializer(update_profile(actor=self.actor, change=change)).data)


class PasswordChangeView(MemberView):
    @extend_schema(
        summary="Change the own password",
        description="Every session and token ends; the answer holds new tokens.",
        request=shapes.PasswordChangeSerializer,
        responses={200: shapes.TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.PasswordChangeSerializer, request.data)
        user = passwords.change_password(
            actor=self.actor, current=said["current_password"], new=said["new_password"]
        )
        if request.auth is None:  # the page's own request: its session goes on
            request.user = user
            auth.update_session_auth_hash(request._request, user)
        return tokens_response(issue_tokens(actor=access.actor_of(user), device=device_behind(request)))


class PasswordResetView(PublicView):
    limit = "reset_address"

    @extend_schema(
        summary="Have a link for choosing a new password mailed",
        description="The answer is the same whether an account has the address or not.",
        request=shapes.ResetRequestSerializer,
        responses={202: shapes.ResetAcceptedSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.ResetRequestSerializer, request.data)
        passwords.request_reset(email=said["email"], origin=origin_of(request))
        return Response({"status": "accepted"}, status=202)


class PasswordResetConfirmView(PublicView):
    limit = "reset_address"

    @extend_schema(
        summary="Choose a new password by the link that was mailed",
        request=shapes.ResetConfirmSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.ResetConfirmSerializer, request.data)
        passwords.reset_password(uid=said["uid"], token=said["token"], new=said["new_password"])
        return Response(status=204)
