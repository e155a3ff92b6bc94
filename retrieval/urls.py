"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from retrieval import api, version_api

root_urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("documents", api.DocumentsView.as_view(), name="documents"),
    path("documents/<uuid:document_id>", api.DocumentView.as_view(), name="document"),
    path(
        "documents/<uuid:document_id>/passages", api.DocumentPassagesView.as_view(), name="document-passages"
    ),
    path("documents/<uuid:document_id>/reindex", api.ReindexView.as_view(), name="document-reindex"),
    path("documents/<uuid:document_id>/accept", api.AcceptView.as_view(), name="document-accept"),
    path("documents/<uuid:document_id>/cancel", api.CancelView.as_view(), name="document-cancel"),
    path(
        "documents/<uuid:document_id>/versions", version_api.VersionsView.as_view(), name="document-versions"
    ),
    path(
        "documents/<uuid:document_id>/versions/<int:number>",
        version_api.VersionView.as_view(),
        name="document-version",
    ),
    path(
        "documents/<uuid:document_id>/versions/<int:number>/restore",
        version_api.RestoreView.as_view(),
        name="document-restore",
    ),
    path("passages/<uuid:passage_id>", api.PassageView.as_view(), name="passage"),
    path("search", api.SearchView.as_view(), name="search"),
]
web_urlpatterns: list[URLPattern | URLResolver] = []
