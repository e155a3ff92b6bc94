"""People, departments and invitations of an organisation, for its managers."""

from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from typing_extensions import override

from accounts import access, selectors
from accounts import serializers as shapes
from accounts.api.base import ManagerView, MemberView, origin_of, page_of, validated
from accounts.permissions import IsManager, IsMember
from accounts.services import invitations, members, organizations
from accounts.services.invitations import Offer
from accounts.services.members import MemberChange


class MembersView(ManagerView):
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS

    @extend_schema(
        summary="The people of the organization, the newest first",
        parameters=[shapes.MemberQuerySerializer],
        responses=shapes.MemberSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        wanted = validated(shapes.MemberQuerySerializer, request.query_params)
        people = selectors.members_of(actor=self.actor, status=wanted.get("status"))
        return page_of(self, people, shapes.MemberSerializer)


class MemberDetailView(ManagerView):
    @extend_schema(summary="One person of the organization", responses=shapes.MemberSerializer)
    def get(self, request: Request, member_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        return Response(
            shapes.MemberSerializer(access.get_member(member_id=member_id, actor=self.actor)).data
        )

    @extend_schema(
        summary="Give a person another role or department",
        request=shapes.MemberChangeSerializer,
        responses=shapes.MemberSerializer,
    )
    def patch(self, request: Request, member_id: UUID) -> Response:
        said = validated(shapes.MemberChangeSerializer, request.data)
        change = MemberChange(
            role=said.get("role"),
            department_id=said.get("department"),
            no_department="department" in said and said["department"] is None,
        )
        changed = members.change_member(actor=self.actor, member_id=member_id, change=change)
        return Response(shapes.MemberSerializer(changed).data)


class MemberApprovalView(ManagerView):
    @extend_schema(
        summary="Let a waiting or deactivated person in", request=None, responses=shapes.MemberSerializer
    )
    def post(self, request: Request, member_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        approved = members.approve_member(actor=self.actor, member_id=member_id)
        return Response(shapes.MemberSerializer(approved).data)


class MemberDeactivationView(ManagerView):
    @extend_schema(
        summary="Shut a person out and end their sessions", request=None, responses=shapes.MemberSerializer
    )
    def post(self, request: Request, member_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        deactivated = members.deactivate_member(actor=self.actor, member_id=member_id)
        return Response(shapes.MemberSerializer(deactivated).data)


class MemberSecondFactorView(MemberView):
    permission_classes = (IsManager,)

    @extend_schema(
        summary="Take a person's authenticator app away, for a lost telephone, and sign the person out",
        responses={204: None},
    )
    def delete(self, request: Request, member_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        members.reset_second_factor(actor=self.actor, member_id=member_id)
        return Response(status=204)


class MemberSessionsView(ManagerView):
    @extend_schema(summary="Sign a person out everywhere", responses={204: None})
    def delete(self, request: Request, member_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        members.end_sessions(actor=self.actor, member_id=member_id)
        return Response(status=204)


class DepartmentsView(MemberView):
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS

    @override
    def get_permissions(self) -> list[BasePermission]:
        return [IsManager() if self.request.method == "POST" else IsMember()]

    @extend_schema(summary="The departments of the organization", responses=shapes.NamedSerializer(many=True))
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return page_of(self, selectors.departments_of(actor=self.actor), shapes.NamedSerializer, order="name")

    @extend_schema(
        summary="Create a department",
        request=shapes.DepartmentChangeSerializer,
        responses={201: shapes.NamedSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.DepartmentChangeSerializer, request.data)
        created = organizations.create_department(actor=self.actor, name=said["name"])
        return Response(shapes.NamedSerializer(created).data, status=201)


class DepartmentDetailView(ManagerView):
    @extend_schema(
        summary="Rename a department",
        request=shapes.DepartmentChangeSerializer,
        responses=shapes.NamedSerializer,
    )
    def patch(self, request: Request, department_id: UUID) -> Response:
        said = validated(shapes.DepartmentChangeSerializer, request.data)
        renamed = organizations.rename_department(
            actor=self.actor, department_id=department_id, name=said["name"]
        )
        return Response(shapes.NamedSerializer(renamed).data)

    @extend_schema(summary="Delete a department; its people stay", responses={204: None})
    def delete(self, request: Request, department_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        organizations.delete_department(actor=self.actor, department_id=department_id)
        return Response(status=204)


class InvitationsView(ManagerView):
    pagination_class = api_settings.DEFAULT_PAGINATION_CLASS

    @extend_schema(
        summary="The invitations of the organization, the newest first",
        responses=shapes.InvitationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002  DRF's signature
        return page_of(self, selectors.invitations_of(actor=self.actor), shapes.InvitationSerializer)

    @extend_schema(
        summary="Invite a person; the answer alone holds the token",
        request=shapes.OfferSerializer,
        responses={201: shapes.NewInvitationSerializer},
    )
    def post(self, request: Request) -> Response:
        said = validated(shapes.OfferSerializer, request.data)
        offer = Offer(email=said["email"], role=said["role"], department_id=said["department"])
        invitation, token = invitations.create_invitation(actor=self.actor, offer=offer)
        link = f"{origin_of(request)}{reverse('register')}?invitation={token}"
        answer = {**shapes.InvitationSerializer(invitation).data, "token": token, "link": link}
        return Response(answer, status=201)


class InvitationDetailView(ManagerView):
    @extend_schema(summary="Revoke an invitation", responses={204: None})
    def delete(self, request: Request, invitation_id: UUID) -> Response:  # noqa: ARG002  DRF's signature
        invitations.revoke_invitation(actor=self.actor, invitation_id=invitation_id)
        return Response(status=204)
