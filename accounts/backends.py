"""How Django's sessions find their people."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from typing_extensions import override

from accounts.models import User


class AccountBackend(BaseBackend):
    """Finds the person of a session. Whether the account may do anything is for `access.actor_of` to say."""

    @override
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Refuse: passwords are checked by `accounts.services.sign_in` alone, with its limits."""

    @override
    def get_user(self, user_id: UUID) -> User | None:
        return User.directory.filter(pk=user_id).first()
