"""What the plain stack keeps."""

from typing import ClassVar

from django.db import models


class Message(models.Model):
    conversation = models.CharField(max_length=64)
    role = models.CharField(max_length=16)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager["Message"]] = models.Manager()

    class Meta:
        app_label = "plain"
        db_table = "bench_plain_message"

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"
