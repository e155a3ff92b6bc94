"""What people ask about: groups of questions that mean the same, with a name made of their own words."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from accounts.tenancy import TenantModel

LABEL_LENGTH = 100


class Topic(TenantModel):
    """Questions that ask for the same. Only what at least three people said of it is kept in words: the label
    and the `words` that mark it, with how many people used each.

    `mean` is that of the unit vectors of its `size` questions, float32, as `embedder` placed them; empty
    where words did. `labelled_size` is its size when it was given its label.
    """

    label = models.CharField(max_length=LABEL_LENGTH)
    words = models.JSONField(default=dict)
    mean = models.BinaryField(default=bytes)
    embedder = models.CharField(max_length=100)
    size = models.PositiveIntegerField(default=0)
    labelled_size = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "embedder"], name="topic_of_embedder")]

    def __str__(self) -> str:
        return self.label


class TopicQuestion(TenantModel):
    """That a question belongs to a topic, or, with its vector, that it waits for its like. It goes with its
    question; whose and when that was stands here as well, so that a quarter is read from one index.
    """

    question = models.OneToOneField("conversations.Message", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey("conversations.Conversation", on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="questions")
    vector = models.BinaryField(default=bytes)
    embedder = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "asked_at", "topic", "asker", "conversation"],
                name="topic_question_of_period",
            ),
            models.Index(fields=["organization", "topic", "-asked_at"], name="topic_question_of_topic"),
        ]

    def __str__(self) -> str:
        return str(self.question_id)
