"""People, and what lets them in."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.models.organizations import Department, Organization
from accounts.names import name_key
from accounts.tenancy import TenantManager, TenantModel
from accounts.types import AccountStatus, Language, Role


class UserDirectory(BaseUserManager["User"]):
    """Everybody: for finding out whose a credential is, and for the operator's list. Nothing else uses it."""


class User(AbstractBaseUser):
    """A person; the username is global, everything else belongs to one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", verbose_name=_("organization")
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    username = models.CharField(
        _("username"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    username_key = models.CharField(max_length=450, unique=True, editable=False)
    email = models.EmailField(_("email address"), db_index=True)
    display_name = models.CharField(_("display name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=Language.choices, default=Language.HEBREW
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    status = models.CharField(
        _("status"), max_length=16, choices=AccountStatus.choices, default=AccountStatus.ACTIVE
    )
    session_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["email"]

    # The scoped manager comes first: it is the one that Django and the other apps get without asking.
    objects: ClassVar[TenantManager[Any]] = TenantManager()
    directory: ClassVar[UserDirectory] = UserDirectory()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes: ClassVar = [models.Index(fields=["organization", "username"], name="account_list")]

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username_key = name_key(self.username)
        super().save(*args, **kwargs)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.status == AccountStatus.ACTIVE

    @property
    def is_staff(self) -> bool:
        """Managers and operators may open the admin; what they may do there the admin classes say."""
        return self.is_active and self.role in {Role.MANAGER, Role.OPERATOR}

    @override
    def __str__(self) -> str:
        return f"{self.display_name} ({self.username})" if self.display_name else self.username

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002  Django's signature
        """Grant nothing: rights follow from the role, never from Django's table of permissions."""
        return False

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002  Django's signature
        return False

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Bind browser sessions to the session version too: one number ends every session of a person."""
        salt = "accounts.models.User.session"
        return salted_hmac(
            salt, f"{self.session_version}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()


class Invitation(TenantModel):
    """A single-use right to join the organisation at once; only the token's hash is kept."""

    email = models.EmailField(_("email address"), blank=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    department = models.ForeignKey(
        Department,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("created on"), auto_now_add=True)
    expires_at = models.DateTimeField(_("good until"), editable=False)
    consumed_at = models.DateTimeField(_("used on"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.email or str(_("anyone with the link"))


class RefreshToken(TenantModel):
    """One link of a chain of refresh tokens; the chain, a family, begins at a log-in and ends as a whole.

    `device` and `began_at` are of the log-in, in every link.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    family = models.UUIDField(db_index=True)
    token_hash = models.CharField(max_length=64, unique=True)
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    consumed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")

    def __str__(self) -> str:
        return str(self.id)
