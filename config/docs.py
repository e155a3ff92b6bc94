"""The API documents."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def swagger(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/swagger.html")


def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/redoc.html")


def schema(request: HttpRequest) -> HttpResponse:
    from drf_spectacular.generators import SchemaGenerator

    return JsonResponse(SchemaGenerator().get_schema(request=request, public=True))
