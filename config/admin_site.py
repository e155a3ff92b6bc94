"""The admin site: in Hebrew, for active managers and operators only."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class SichaAdminSite(admin.AdminSite):
    pass


class SichaAdminConfig(AdminConfig):
    default_site = "config.admin_site.SichaAdminSite"
