"""Health of the process and of what it depends on."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView

from config.kernel.database import in_database


async def metrics(request: HttpRequest) -> HttpResponse:
    return await in_database(ExportToDjangoView)(request)


async def report(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": settings.VERSION, "services": {}})


async def live(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


async def ready(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})
