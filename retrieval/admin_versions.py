"""Beside a document in the admin: how its indexing stands, as it goes on, and its versions."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import actor_of
from accounts.role_admin import RoleAdmin
from config.kernel.errors import DomainError
from retrieval import versions
from retrieval.errors import refusal_of
from retrieval.models import Document

_UNDER_WAY = {Document.Status.PENDING, Document.Status.INDEXING}
_MOST_AT_ONCE = 200


def pages_of(admin: RoleAdmin) -> list[URLPattern]:
    """Return the addresses of the pages beside the documents of this admin."""

    def page(view: Any) -> Any:
        return admin.admin_site.admin_view(partial(view, admin))

    return [
        path("progress/", page(_progress), name="retrieval_document_progress"),
        path("<uuid:document_id>/versions/", page(_versions), name="retrieval_document_versions"),
    ]


def state_line(document: Document) -> str:
    """Return a document's status in words, marked for the script that brings it up to date."""
    mark = "" if document.status in _UNDER_WAY else "settled"
    return format_html(
        '<span data-document="{}" data-state="{}">{}</span>', document.pk, mark, _words(document)
    )


def _words(document: Document) -> str:
    status = str(document.get_status_display())
    if document.status == Document.Status.INDEXING and document.stage:
        return f"{status}: {document.get_stage_display()} {document.progress}%"
    return f"{status}: {refusal_of(document.error_code).message}" if document.error_code else status


def _progress(admin: RoleAdmin, request: HttpRequest) -> HttpResponse:
    """Tell the status of some documents in words, and whether more is to come."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    found = admin.get_queryset(request).filter(id__in=_ids(request)).prefetch_related(None)
    states = {
        str(document.pk): {"text": _words(document), "settled": document.status not in _UNDER_WAY}
        for document in found
    }
    return JsonResponse(states, headers={"Cache-Control": "no-store"})


def _ids(request: HttpRequest) -> list[UUID]:
    try:
        return [UUID(each) for each in request.GET.getlist("id")[:_MOST_AT_ONCE]]
    except ValueError:
        return []


def _versions(admin: RoleAdmin, request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Show the document's versions; restore the one that is posted."""
    if not admin.has_change_permission(request):
        raise PermissionDenied
    actor = actor_of(request.user)
    try:
        if request.method == "POST":
            return _restored(request, document_id)
        found = versions.versions_of(actor=actor, document_id=document_id)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
        return HttpResponseRedirect(reverse("admin:retrieval_document_changelist"))
    context = admin.admin_site.each_context(request) | {
        "title": _("Versions of %(title)s") % {"title": found[0].title},
        "document_id": document_id,
        "versions": found,
    }
    return TemplateResponse(request, "admin/retrieval/document_versions.html", context)


def _restored(request: HttpRequest, document_id: UUID) -> HttpResponse:
    number = request.POST.get("number", "")
    try:
        versions.restore_version(
            actor=actor_of(request.user),
            document_id=document_id,
            number=int(number) if number.isdecimal() and len(number) < 9 else 0,
        )
        messages.success(request, _("The version was restored. It will be searched once it is indexed."))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return HttpResponseRedirect(reverse("admin:retrieval_document_versions", args=[document_id]))
