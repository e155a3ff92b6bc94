"""Who may use a REST resource."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from typing_extensions import override

from accounts.authentication import request_actor

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which loads this module, for the default permissions


class IsMember(BasePermission):
    """Any active account; a pending or deactivated one is told so."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        request_actor(request)
        return True


class IsManager(BasePermission):
    """An active manager, in the own organisation."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        return request_actor(request).is_manager
