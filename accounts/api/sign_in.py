"""Registering, signing in and out, refreshing, tickets for sockets."""

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers as shapes
from accounts import tickets
from accounts.access import actor_of
from accounts.addresses import client_network
from accounts.api.base import MemberView, PublicView, device_behind, validated
from accounts.services.refresh import Tokens, end_family, issue_tokens, rotate_tokens
from accounts.services.registration import NewAccount, register
from accounts.services.second_factor import need_of
from accounts.services.sign_in import sign_in_program
from accounts.types import AccountStatus


class RegisterView(PublicView):
    limit = "register_address"

    @extend_schema(
        summary="Create an account",
        description=(
            "The name of a new organization creates it, with the account as its manager. For an existing one "
            "the account is pending, without tokens, until a manager approves it, unless it comes with an "
            "invitation."
        ),
        request=shapes.RegisterSerializer,
        responses={201: shapes.RegisteredSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.RegisterSerializer, request.data)
        joining = {"organization": said.pop("organization"), "invitation": said.pop("invitation")}
        user = register(account=NewAccount(**said), **joining)
        answer = {"user": user, "organization": user.organization, "status": user.status}
        if user.status == AccountStatus.ACTIVE and need_of(user) == "nothing":
            tokens = issue_tokens(actor=actor_of(user), device=device_behind(request))
            answer |= {"access": tokens.access, "refresh": tokens.refresh}
        return Response(shapes.RegisteredSerializer(answer).data, status=201)


class LoginView(PublicView):
    @extend_schema(
        summary="Sign in",
        description=(
            "An account with an authenticator app is refused with `code_needed` until its code comes along, "
            "too: six digits, or a recovery code."
        ),
        request=shapes.LoginSerializer,
        responses={200: shapes.TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.LoginSerializer, request.data)
        address, device = client_network(request.META), device_behind(request)
        return tokens_response(sign_in_program(**said, address=address, device=device))


class RefreshView(PublicView):
    @extend_schema(
        summary="Exchange a refresh token for new tokens",
        description=(
            "A refresh token is good for one use. A second use within 5 seconds gives the same new refresh "
            "token, a later one ends every token that came of it."
        ),
        request=shapes.RefreshSerializer,
        responses={200: shapes.TokensSerializer},
    )
    def post(self, request: Request) -> Response:
        return tokens_response(rotate_tokens(**validated(shapes.RefreshSerializer, request.data)))


class LogoutView(PublicView):
    @extend_schema(
        summary="Sign out: end the refresh token and all that came of it",
        request=shapes.RefreshSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        end_family(**validated(shapes.RefreshSerializer, request.data))
        return Response(status=204)


class TicketView(MemberView):
    @extend_schema(
        summary="Get a ticket for one socket connection",
        request=None,
        responses={200: shapes.TicketSerializer},
    )
    def post(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return Response(
            {
                "ticket": tickets.issue_ticket(self.actor),
                "expires_in": settings.TICKET_LIFETIME_SECONDS,
            }
        )


def tokens_response(tokens: Tokens) -> Response:
    """Return both names of the access token: ours, and the one that OAuth clients look for."""
    return Response(
        {
            "access": tokens.access,
            "refresh": tokens.refresh,
            "access_token": tokens.access,
            "token_type": "bearer",
        }
    )
