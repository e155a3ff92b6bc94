"""The composition root as a Django app: commands, system checks, the admin's words, the files of pages."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"
    verbose_name = _("Platform")

    @override
    def ready(self) -> None:
        from django.conf import settings

        from config import checks  # noqa: F401  registers the system checks

        if settings.CELERY_BROKER_URL:
            from config.kernel.outbox import bell
            from config.waking import wake_a_worker

            bell.listen(wake_a_worker)


class SichaAdminConfig(AdminConfig):
    default_site = "config.admin_site.SichaAdminSite"
    verbose_name = _("Administration")


class SichaStaticFilesConfig(StaticFilesConfig):
    """Every first start waits for static files: those of packages that no page of ours asks for stay away."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "rest_framework",  # its pages for browsers, which we do not have
        "swagger-ui-standalone-preset*",
        "oauth2-redirect*",
    ]
