"""Browser sessions, which know whose they are."""

import uuid
from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class Session(AbstractBaseSession):
    """A browser's session; without a user it belongs to somebody who has not signed in.

    `sign_in_id` names it to its person: the key itself would let whoever reads it in.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    sign_in_id = models.UUIDField(default=uuid.uuid4, unique=True)
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        verbose_name = _("browser session")  # type: ignore[assignment]
        verbose_name_plural = _("browser sessions")  # type: ignore[assignment]
        indexes: ClassVar = [models.Index(fields=["user", "-seen_at"], name="sessions_of_a_person")]
