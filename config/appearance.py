"""How the product looks and is installed: light or dark, the manifest, the page without network."""

import json

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.http import require_POST, require_safe

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600
_ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
_MASKABLE = ("icon-maskable-512.png", "512x512", "maskable")
# What the offline page needs; nothing of it belongs to anybody.
_SHELL = ("css/site.css", "img/icon.svg")


def appearance(request: HttpRequest) -> dict[str, str]:
    """Return what every template knows of the chosen look; a context processor."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": chosen if chosen in THEMES else THEMES[0]}


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's own; anything else counts as the last."""
    chosen, wanted = request.POST.get("theme", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = redirect(wanted if is_ours else "/")
    response.set_cookie(
        THEME_COOKIE,
        chosen if chosen in THEMES else THEMES[0],
        max_age=_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Describe the product to a device that installs it."""
    icons = [
        {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in (*_ICONS, _MASKABLE)
    ]
    body = {
        "id": "/",
        "name": gettext("Sicha"),
        "short_name": gettext("Sicha"),
        "description": gettext("Answers from the organization’s own documents, with their sources."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f6f3",
        "theme_color": "#0b6863",
        "icons": icons,
    }
    return JsonResponse(
        body,
        content_type="application/manifest+json",
        headers={"Cache-Control": "private, max-age=3600", "Vary": "Cookie, Accept-Language"},
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the worker that shows the offline page, with the list of all that it may keep."""
    path = finders.find("js/worker/offline.js") or staticfiles_storage.path("js/worker/offline.js")
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  the finder's word for it
        source = file.read()
    shell = json.dumps(["/offline/", *map(static, _SHELL)])
    return HttpResponse(
        f"self.SHELL = {shell};\n{source}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that there is no network, in the language of the moment; the same for everybody."""
    response = render(request, "offline.html")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement, which the law asks for."""
    return render(request, "accessibility.html", {"contact": settings.ACCESSIBILITY_CONTACT})
