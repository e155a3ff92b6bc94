"""The organisation's documents, the passages they are found by, and the state of its index."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy import TenantModel

TITLE_LENGTH = 300
CATEGORY_LENGTH = 100
EXTERNAL_ID_LENGTH = 200
GLOSSARY_LENGTH = 500
WORDINGS_LENGTH = 4000
APPROVED_LENGTH = 8000


class Document(TenantModel):
    """A document of the organisation: for everyone, or where `restricted` for its departments and people.

    The two are kept apart, so that a document whose last department is deleted does not become everyone's.
    `version` counts the changes of what is searched; `indexed_version` is the one that the passages hold,
    null as long as there are none. A document is found while that is set, so a new version is searched from
    the moment it is complete and the old one until then. While the document `awaits_extraction`, its text is
    still to be read from the `original`; `page_starts` are offsets into the text, none without pages.
    While it is being indexed, `progress` is how much of the `stage` is done, in percent.
    `embedder` and `cutting` name the model and the rules that made the passages.

    `edition` numbers the texts that it has had, as people count versions; null in `edition_at` stands for the
    time when it was added. The earlier ones are rows of `Edition`.

    With a `conversation_id` it is no document of the organisation at all but a private file: its uploader's
    alone, searched in that conversation alone, and hidden while it is `set_aside_at` with it.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        INDEXING = "indexing", _("Being indexed")
        INDEXED = "indexed", _("Indexed")
        FAILED = "failed", _("Failed")
        REJECTED = "rejected", _("Rejected")
        NEEDS_ATTENTION = "needs_attention", _("Needs attention")

    class Stage(models.TextChoices):
        READING = "reading", _("Reading")
        EMBEDDING = "embedding", _("Embedding")

    external_id = models.CharField(_("external id"), max_length=EXTERNAL_ID_LENGTH, blank=True, default="")
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    category = models.CharField(_("category"), max_length=CATEGORY_LENGTH, blank=True, default="")
    departments = models.ManyToManyField(
        "accounts.Department", verbose_name=_("departments"), blank=True, related_name="+"
    )
    people = models.ManyToManyField("accounts.User", verbose_name=_("people"), blank=True, related_name="+")
    restricted = models.BooleanField(editable=False, default=False)
    content = models.TextField(_("text"), blank=True, default="")
    original = models.FileField(_("original file"), blank=True, default="", max_length=300)
    original_name = models.CharField(max_length=255, editable=False, blank=True, default="")
    content_hash = models.CharField(max_length=64, editable=False, default="")
    text_hash = models.CharField(max_length=64, editable=False, blank=True, default="")
    file_hash = models.CharField(max_length=64, editable=False, blank=True, default="")
    mime = models.CharField(_("type"), max_length=100, editable=False, default="text/plain")
    page_starts = models.JSONField(editable=False, default=list)
    awaits_extraction = models.BooleanField(editable=False, default=False)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.PENDING)
    error_code = models.CharField(_("error"), max_length=64, blank=True, default="")
    stage = models.CharField(max_length=16, choices=Stage.choices, editable=False, blank=True, default="")
    progress = models.PositiveSmallIntegerField(editable=False, default=0)
    version = models.PositiveIntegerField(editable=False, default=1)
    indexed_version = models.PositiveIntegerField(editable=False, null=True)
    index_stamp = models.PositiveBigIntegerField(editable=False, default=0)
    embedder = models.CharField(max_length=100, editable=False, default="")
    cutting = models.PositiveSmallIntegerField(editable=False, default=1)
    edition = models.PositiveIntegerField(editable=False, default=1)
    edition_at = models.DateTimeField(editable=False, null=True)
    edition_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    uploaded_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    deleted_at = models.DateTimeField(editable=False, null=True)
    conversation_id = models.UUIDField(editable=False, null=True)
    set_aside_at = models.DateTimeField(editable=False, null=True)
    size = models.PositiveBigIntegerField(editable=False, default=0)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["organization", "deleted_at", "-created_at"], name="document_list"),
            models.Index(fields=["organization", "text_hash"], name="document_text_hash"),
            models.Index(fields=["organization", "file_hash"], name="document_file_hash"),
            models.Index(fields=["organization", "index_stamp"], name="document_index_stamp"),
            models.Index(
                fields=["organization", "conversation_id"],
                condition=Q(conversation_id__isnull=False),
                name="document_of_conversation",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(deleted_at__isnull=True) & ~Q(external_id=""),
                name="document_external_id_unique",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Edition(TenantModel):
    """A text that a document had before, with the file that it came from: nobody searches it, and the
    document can be given it back.

    The `original` may be that of other editions and of the document as well. `made_at` and `made_by` tell
    when the document got the text, and from whom.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH)
    content = models.TextField()
    page_starts = models.JSONField(default=list)
    mime = models.CharField(max_length=100)
    original = models.FileField(blank=True, default="", max_length=300)
    original_name = models.CharField(max_length=255, blank=True, default="")
    file_hash = models.CharField(max_length=64, blank=True, default="")
    size = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="edition_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}.{self.number}"


class Passage(TenantModel):
    """A piece of a document's text: what is found, quoted and opened.

    `start` and `end` are offsets into the document's text. `embedding` is one vector of 32-bit floats and
    `sentence_embeddings` one after the other for the `[start, end]` pairs of `sentence_spans`, offsets into
    `text`; they come from the document's `embedder` and are null where nothing embeds.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    ordinal = models.PositiveIntegerField()
    heading = models.CharField(max_length=500, blank=True, default="")
    page = models.PositiveIntegerField(null=True)
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    search_text = models.TextField()
    text_hash = models.CharField(max_length=64)
    embedding = models.BinaryField(null=True)
    sentence_spans = models.JSONField(default=list)
    sentence_embeddings = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        # SQLite takes the index of the organisation alone for more selective than sixty ids, and reads all of
        # its passages for each search.
        indexes: ClassVar = [models.Index(fields=["organization", "id"], name="passage_of_organization")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "ordinal"], name="passage_ordinal_unique")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}#{self.ordinal}"


class GlossaryEntry(TenantModel):
    """Names for one thing in the organisation: a question that has one of them is searched with all."""

    terms = models.CharField(
        _("terms of one meaning"),
        max_length=GLOSSARY_LENGTH,
        help_text=_("Two or more, separated by commas: laptop, portable computer"),
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("glossary entry")
        verbose_name_plural = _("glossary entries")
        ordering: ClassVar = ["terms"]

    def __str__(self) -> str:
        return self.terms


class ApprovedAnswer(TenantModel):
    """An answer that managers answer for: who asks one of its `questions` (one a line) gets it word for word.

    It is for everyone or, where `restricted`, for its departments, and is used while it is approved and the
    day is within its dates. `documents` are what it rests on; who may open them is asked for each reader.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")

    questions = models.TextField(
        _("ways to ask"),
        max_length=WORDINGS_LENGTH,
        help_text=_("One question a line; the more ways to ask it, the more often it is recognized."),
    )
    answer = models.TextField(_("answer"), max_length=APPROVED_LENGTH, help_text=_("Markdown can be used."))
    documents = models.ManyToManyField(
        Document, verbose_name=_("documents it rests on"), blank=True, related_name="+"
    )
    restricted = models.BooleanField(editable=False, default=False)
    departments = models.ManyToManyField(
        "accounts.Department", verbose_name=_("departments"), blank=True, related_name="+"
    )
    state = models.CharField(_("status"), max_length=16, choices=State.choices, default=State.DRAFT)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.User",
        verbose_name=_("responsible"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved on"), null=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("approved answer")
        verbose_name_plural = _("approved answers")
        ordering: ClassVar = ["-updated_at"]
        indexes: ClassVar = [models.Index(fields=["organization", "state"], name="approved_answer_in_use")]

    def __str__(self) -> str:
        return self.questions.split("\n", 1)[0]


class IndexState(TenantModel):
    """One row for each organisation: `version` grows with every change that a search could see."""

    version = models.PositiveBigIntegerField(default=0)
    embedder = models.CharField(max_length=100, default="")
    dimensions = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="index_state_one_per_organization")
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}@{self.version}"
