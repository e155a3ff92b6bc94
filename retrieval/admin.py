"""The admin page of a manager's documents: upload, edit, index again, delete; all of it through the
services.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from config.kernel.errors import ConflictError, DomainError
from retrieval import jobs, services, versions
from retrieval.admin_approved import ApprovedAnswerAdmin
from retrieval.admin_search import GlossaryAdmin
from retrieval.admin_versions import pages_of, state_line
from retrieval.extract import Extracted
from retrieval.models import Document
from retrieval.uploading import upload_of
from retrieval.versions import Incoming

__all__ = ["ApprovedAnswerAdmin", "DocumentAdmin", "GlossaryAdmin"]

_EDITED = ("title", "content", "category", "departments", "people")
_READERS = {
    "departments": _(
        "Without departments and people everyone in the organization reads it. Managers read every document."
    ),
    "people": _("They read it as well, whatever their department."),
}

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:  # Django's own class takes no parameters when it runs
    ModelForm = forms.ModelForm


class DocumentForm(ModelForm):
    """A file or typed text. Without a Meta: it would look departments up now, not when somebody is there."""

    file = forms.FileField(
        label=_("file"),
        required=False,
        help_text=_(
            "PDF, Word, Excel, PowerPoint, HTML, text, e-mail, image or ZIP. "
            "Without a title the file's own one."
        ),
    )
    replaces = forms.BooleanField(
        label=_("next version"),
        required=False,
        initial=True,
        help_text=_("Where a document of this title is there, this takes its place; the old text is kept."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance._state.adding:
            self.fields["title"].required = False
        elif "file" in self.fields:
            self.fields["file"].help_text = _("A new file takes the place of the text; the old one is kept.")
        if "file" in self.fields:  # static/admin_site/upload.js reads them
            self.fields["file"].widget.attrs |= {
                "data-max-bytes": str(settings.DOCUMENT_MAX_BYTES),
                "data-too-large": gettext("The file is too large. Up to {megabytes} MB can be read.").format(
                    megabytes=settings.DOCUMENT_MAX_BYTES // 1_000_000
                ),
            }
        for name, told in _READERS.items():
            if name in self.fields:
                self.fields[name].help_text = told

    @override
    def clean(self) -> dict[str, Any]:
        """Read the document now, so that what cannot be read is told beside the form."""
        values = super().clean() or {}
        content = self.content()
        try:
            found = services.read_content(content)
            services.refuse_double_content(content, found, document_id=self.instance.pk)
        except DomainError as refusal:
            raise ValidationError(str(refusal.message), code=refusal.code) from None
        if not values.get("title") and not _titled(found, content):
            self.add_error("title", ValidationError(_("A title is needed."), code="required"))
        return values

    def content(self) -> str | services.Upload:
        """Return what was uploaded, else what was typed."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is None:
            return str(self.cleaned_data.get("content", ""))
        return upload_of(file)

    def typed(self) -> str | None:
        """Return a text that was edited, None where it was not, or a file takes its place."""
        is_edited = "content" in self.changed_data and not self.cleaned_data.get("file")
        return str(self.cleaned_data["content"]) if is_edited else None


def _titled(found: Extracted | None, content: str | services.Upload) -> bool:
    return isinstance(content, services.Upload) or (found is not None and bool(found.title))


class CategoryFilter(admin.AllValuesFieldListFilter):
    """The categories that are used; what has none has a name here, too, which a link needs."""

    @override
    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield choice if str(choice["display"]).strip() else {**choice, "display": gettext("no category")}


@admin.register(Document)
class DocumentAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = DocumentForm
    change_list_template = "admin/retrieval/document_list.html"
    change_form_template = "admin/retrieval/document_form.html"
    list_display = ("title", "category", "state", "audience", "created_at")
    list_filter = ("status", ("category", CategoryFilter))
    search_fields = ("title", "category", "external_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    filter_horizontal = ("departments",)
    autocomplete_fields = ("people",)  # a list of everybody would not end
    actions = ("reindex", "accept", "cancel")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        kept: QuerySet[Document] = Document.objects.filter(deleted_at__isnull=True, conversation_id=None)
        return kept.defer("content").prefetch_related("departments", "people")

    @override
    def get_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("file", "title", "replaces", *_EDITED[1:])
        return ("file", *_EDITED, "state", "created_at", "updated_at")

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        return () if obj is None else ("state", "created_at", "updated_at")

    @override
    def get_urls(self) -> list[URLPattern]:
        return [*pages_of(self), *super().get_urls()]

    @admin.display(description=_("status"), ordering="status")
    def state(self, document: Document) -> str:
        return state_line(document)

    @admin.display(description=_("readers"))
    def audience(self, document: Document) -> str:
        if not document.restricted:
            return str(_("everyone"))
        readers = [*document.departments.all(), *document.people.all()]
        return ", ".join(map(str, readers)) or str(_("managers"))

    @override
    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        actor, wanted = actor_of(request.user), form.cleaned_data
        departments = [department.pk for department in wanted["departments"]]
        people = [person.pk for person in wanted["people"]]
        if change:
            if form.cleaned_data.get("file"):
                incoming = Incoming(form.content())
                versions.add_version(actor=actor, document_id=obj.pk, incoming=incoming)
            changes = services.DocumentChanges(
                title=wanted["title"] if "title" in form.changed_data else None,
                content=form.typed(),
                category=wanted["category"],
                department_ids=departments,
                person_ids=people,
            )
            services.update_document(actor=actor, document_id=obj.pk, changes=changes)
            return
        incoming = Incoming(
            content=form.content(),
            title=wanted["title"],
            category=wanted["category"],
            readers=services.NamedReaders(departments, people),
            replaces=wanted["replaces"],
        )
        made = versions.take_in(actor=actor, incoming=incoming)
        obj.pk, obj.title = made.pk, made.title

    @override
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the services have set the departments."""

    @override
    def delete_model(self, request: HttpRequest, obj: Document) -> None:
        services.delete_document(actor=actor_of(request.user), document_id=obj.pk)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        for document in queryset:
            self.delete_model(request, document)

    @admin.action(description=_("Index the selected documents again"), permissions=["change"])
    def reindex(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        for document in queryset:
            services.reindex_document(actor=actor_of(request.user), document_id=document.pk)
        self.message_user(request, _("The selected documents will be indexed again."), messages.SUCCESS)

    @admin.action(description=_("Use the text of the selected documents as it is"), permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        for document in queryset.filter(status=Document.Status.NEEDS_ATTENTION):
            try:
                jobs.accept_text(actor=actor_of(request.user), document_id=document.pk)
            except ConflictError:
                said = gettext("%(title)s: no text was read that could be used.") % {"title": document.title}
                self.message_user(request, said, messages.ERROR)
                return
        self.message_user(request, _("The selected documents will be indexed again."), messages.SUCCESS)

    @admin.action(description=_("Stop indexing the selected documents"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        waiting = (Document.Status.PENDING, Document.Status.INDEXING)
        for document in queryset.filter(status__in=waiting):
            jobs.cancel_indexing(actor=actor_of(request.user), document_id=document.pk)
        self.message_user(request, _("Indexing was cancelled. It can be started again."), messages.SUCCESS)
