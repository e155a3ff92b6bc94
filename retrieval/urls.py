"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver

root_urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = []
web_urlpatterns: list[URLPattern | URLResolver] = []
