"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from analytics import api

root_urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("answers/<uuid:answer_id>/related", api.RelatedView.as_view(), name="answer-related"),
    path("analytics/usage", api.UsageView.as_view(), name="analytics-usage"),
]
web_urlpatterns: list[URLPattern | URLResolver] = []
