"""Every address of the product, composed from the apps; `config.paths` says which are lean."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from accounts import urls as accounts
from analytics import urls as analytics
from chatbot import urls as chatbot
from config import appearance, docs, health
from conversations import urls as conversations
from retrieval import urls as retrieval

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.permission_denied"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"

urlpatterns = [
    path("", include(chatbot.web_urlpatterns)),
    path("", include(accounts.root_urlpatterns)),
    path("", include(chatbot.root_urlpatterns)),
    path("", include(analytics.web_urlpatterns)),
    path("accounts/", include(accounts.web_urlpatterns)),
    path("language/", set_language, name="set_language"),
    path("theme/", appearance.choose_theme, name="theme"),
    path("accessibility/", appearance.accessibility, name="accessibility"),
    path("offline/", appearance.offline, name="offline"),
    path("manifest.webmanifest", appearance.manifest, name="manifest"),
    path("sw.js", appearance.service_worker, name="service-worker"),
    path("admin/", admin.site.urls),
    path("docs", docs.swagger, name="docs"),
    path("redoc", docs.redoc, name="redoc"),
    path("openapi.json", docs.schema, name="openapi"),
    path("metrics", health.metrics, name="metrics"),
    path("api/health", health.report, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("v1/", include(chatbot.openai_urlpatterns)),
    path(
        "api/v1/",
        include(
            [
                *accounts.api_urlpatterns,
                *conversations.api_urlpatterns,
                *retrieval.api_urlpatterns,
                *chatbot.api_urlpatterns,
                *analytics.api_urlpatterns,
            ]
        ),
    ),
]
