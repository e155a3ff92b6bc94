"""The shapes of documents, passages and search results on the wire."""

from typing import Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from typing_extensions import override

from config.api import KnownFieldsSerializer
from config.kernel.text import clean_text
from config.kernel.types import JSONObject
from retrieval.errors import refusal_of
from retrieval.models import CATEGORY_LENGTH, EXTERNAL_ID_LENGTH, Document
from retrieval.pages import pages_of
from retrieval.types import SearchResult

LONGEST_LIST = 200
PREVIEW_LENGTH = 2000


class ProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()


class DocumentSerializer(serializers.Serializer[Any]):
    """A document as its organisation sees it; `error` is there when indexing went wrong."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    category = serializers.CharField()
    departments = serializers.SerializerMethodField(help_text="Who may read it, with the people below.")
    people = serializers.SerializerMethodField(help_text="Who may read it by name; both empty for everyone.")
    external_id = serializers.CharField()
    status = serializers.ChoiceField(choices=Document.Status.choices)
    error = serializers.SerializerMethodField(
        help_text="Why it is not indexed; null when nothing went wrong."
    )
    stage = serializers.ChoiceField(
        choices=[("", ""), *Document.Stage.choices], help_text="What is being done while it is indexed."
    )
    progress = serializers.IntegerField(help_text="How much of the stage is done, in percent.")
    preview = serializers.SerializerMethodField(
        help_text="How the text begins of a document that needs attention; else null."
    )
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_departments(self, document: Document) -> list[str]:
        return sorted(str(department.pk) for department in document.departments.all())

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_people(self, document: Document) -> list[str]:
        return sorted(str(person.pk) for person in document.people.all())

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_preview(self, document: Document) -> str | None:
        waits = document.status == Document.Status.NEEDS_ATTENTION
        return document.content[:PREVIEW_LENGTH] if waits else None

    @extend_schema_field(ProblemSerializer(allow_null=True))
    def get_error(self, document: Document) -> JSONObject | None:
        return refusal_of(document.error_code).as_json() if document.error_code else None


class DocumentPageSerializer(serializers.Serializer[Any]):
    results = DocumentSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    previous_cursor = serializers.CharField(allow_null=True)


class PageQuerySerializer(serializers.Serializer[Any]):
    cursor = serializers.CharField(required=False, help_text="From the page before.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=100)


class DocumentQuerySerializer(PageQuerySerializer):
    """How a list of documents may be narrowed."""

    status = serializers.ChoiceField(choices=Document.Status.choices, required=False)
    category = serializers.CharField(required=False, max_length=CATEGORY_LENGTH)


class _DocumentFields(KnownFieldsSerializer):
    title = serializers.CharField(required=False, allow_blank=True)
    category = serializers.CharField(required=False, allow_blank=True)
    departments = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=LONGEST_LIST,
        help_text="Who may read it; without people either, everyone.",
    )
    people = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=LONGEST_LIST,
        help_text="Who may read it by name.",
    )


class _NewDocumentFields(_DocumentFields):
    external_id = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=EXTERNAL_ID_LENGTH,
        help_text="The sender's own name for it; where a document has it, this is that one's next version.",
    )
    replace = serializers.BooleanField(
        required=False,
        help_text="Without an external id: make it the next version of the newest document of this title.",
    )


class NewVersionSerializer(_DocumentFields):
    """The next version of a document as JSON; title, category and readers stay where they are absent."""

    content = serializers.CharField(allow_blank=True, trim_whitespace=False)


class NewDocumentSerializer(_NewDocumentFields):
    """A document as JSON: title and content."""

    title = serializers.CharField(allow_blank=True)
    content = serializers.CharField(allow_blank=True, trim_whitespace=False)


class _FileFields(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, max_length=255)

    @override
    def to_internal_value(self, data: Any) -> Any:
        """Refuse a second part of a name that is taken once: one of the two would be dropped unseen."""
        single = (name for name, field in self.fields.items() if not isinstance(field, serializers.ListField))
        repeated = [
            name for name in single if isinstance(data, MultiValueDict) and len(data.getlist(name)) > 1
        ]
        if repeated:
            raise ValidationError({name: [_("This field can be given only once.")] for name in repeated})
        return super().to_internal_value(data)


class NewFileVersionSerializer(_FileFields, _DocumentFields):
    """The next version of a document as a file."""


class NewFileSerializer(_FileFields, _NewDocumentFields):
    """A document as a file; without a title its own one or the file's name is taken."""


class VersionSerializer(serializers.Serializer[Any]):
    """One version of a document; `size` in bytes, of the file or of the text that was typed."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    filename = serializers.CharField(help_text="Empty for a text that was typed.")
    size = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    made_by = serializers.CharField(help_text="Empty where nobody is known, as for a collection.")
    is_current = serializers.BooleanField()
    is_searched = serializers.BooleanField(help_text="Whether searches find this version's text.")


class VersionsSerializer(serializers.Serializer[Any]):
    results = VersionSerializer(many=True)


class EarlierVersionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    content = serializers.CharField()


class DocumentChangesSerializer(_DocumentFields):
    """What to change; a field that is absent stays as it is."""

    content = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)


class DocumentRefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    category = serializers.CharField()


class PassageSerializer(serializers.Serializer[Any]):
    """A piece of a document; `start` and `end` are offsets into the document's text."""

    id = serializers.UUIDField()
    text = serializers.CharField()
    heading = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)
    start = serializers.IntegerField()
    end = serializers.IntegerField()


class PassagePageSerializer(serializers.Serializer[Any]):
    results = PassageSerializer(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    previous_cursor = serializers.CharField(allow_null=True)


class PageStartSerializer(serializers.Serializer[Any]):
    page = serializers.IntegerField(help_text="From 1.")
    start = serializers.IntegerField(help_text="The offset in the passage's text from which it stands there.")


class OpenedPassageSerializer(PassageSerializer):
    """A passage with its document, the pages that it stands on, and the text on both sides of it, which the
    context holds as `around`.
    """

    pages = serializers.SerializerMethodField()
    document = DocumentRefSerializer()
    previous = serializers.SerializerMethodField()
    next = serializers.SerializerMethodField()

    @extend_schema_field(PageStartSerializer(many=True))
    def get_pages(self, passage: Any) -> Any:
        return PageStartSerializer(pages_of(passage), many=True).data

    def get_previous(self, _passage: Any) -> str:
        return str(self.context["around"].previous)

    def get_next(self, _passage: Any) -> str:
        return str(self.context["around"].next)


class SearchQuerySerializer(serializers.Serializer[Any]):
    q = serializers.CharField(trim_whitespace=False, allow_blank=True, help_text="The question.")
    limit = serializers.IntegerField(required=False, default=10, min_value=1, max_value=20)
    category = serializers.CharField(required=False, max_length=CATEGORY_LENGTH)

    def validate_q(self, value: str) -> str:
        return clean_text(value, max_length=settings.QUESTION_MAX_LENGTH, field="q")


class FoundTextSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    page = serializers.IntegerField(allow_null=True)


class SearchHitSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(help_text="From 1.")
    score = serializers.FloatField(help_text="0 to 1, within this search.")
    document = DocumentRefSerializer()
    passage = FoundTextSerializer()


class SearchResultSerializer(serializers.Serializer[Any]):
    results = SearchHitSerializer(many=True)
    took_ms = serializers.FloatField()
    ranking = serializers.ChoiceField(
        choices=["reranker", "reranker_unavailable"],
        required=False,
        help_text="Who put the results in order; absent where no reranker is configured.",
    )


def search_json(found: SearchResult) -> JSONObject:
    """Return a search's result in the shape of SearchResultSerializer."""
    hits = [
        {"rank": rank, "score": round(hit.score, 4), "document": hit.document, "passage": hit}
        for rank, hit in enumerate(found.passages, start=1)
    ]
    told = {"results": hits, "took_ms": round(found.took_ms, 1)}
    if found.ranking is not None:
        told["ranking"] = found.ranking
    body: JSONObject = SearchResultSerializer(told).data
    return body
