"""Addresses of this app; `config.urls` composes them."""

from django.urls import URLPattern, URLResolver, path

from analytics import api
from analytics.notifications import api as notifications_api
from analytics.notifications import pages

root_urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("answers/<uuid:answer_id>/related", api.RelatedView.as_view(), name="answer-related"),
    path("analytics/usage", api.UsageView.as_view(), name="analytics-usage"),
    path("notifications", notifications_api.NotificationsView.as_view(), name="api-notifications"),
    path("notifications/unread", notifications_api.UnreadView.as_view(), name="api-notifications-unread"),
    path("notifications/read", notifications_api.ReadView.as_view(), name="api-notifications-read"),
    path(
        "notifications/settings", notifications_api.SettingsView.as_view(), name="api-notifications-settings"
    ),
]
web_urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", pages.notifications, name="notifications"),
    path("notifications/read/", pages.read_all, name="notifications-read"),
    path("notifications/settings/", pages.settings, name="notifications-settings"),
    path("notifications/stop/<str:token>/", pages.stop, name="notifications-stop"),
    path("notifications/<uuid:notification_id>/", pages.notification, name="notification"),
]
