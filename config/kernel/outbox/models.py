"""The table of the outbox."""

import uuid
from typing import ClassVar

from django.db import models


class OutboxRow(models.Model):
    """An event on one of its routes, until its handler has succeeded or failed for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.CharField(max_length=100)
    route = models.CharField(max_length=200)
    organization_id = models.UUIDField()
    payload = models.JSONField()
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    completed_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    # Put off because the sink was away. Replicas of the version before do not write it: hence db_default.
    awaits_sink = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["route", "available_at"],
                name="outbox_waiting_by_route",
                condition=models.Q(completed_at=None, dead_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.route}"
