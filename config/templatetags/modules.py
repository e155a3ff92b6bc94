"""What a page's script imports, so that the page can ask for all of it at once."""

import posixpath
import re
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders

register = template.Library()

_IMPORT = re.compile(r"""^(?:import|export)\s[^;"']*?["'](\.[^"']+)["'];$""", re.MULTILINE)


@register.filter
def imported_modules(entry: str) -> tuple[str, ...]:
    """Return the static files that a module needs before it runs, itself not among them, nearest first.

    What it imports only when it comes to it is left out.
    """
    return _modules_behind(entry)


@cache
def _modules_behind(entry: str) -> tuple[str, ...]:
    found = [entry]
    for name in found:  # grows while it is read
        path = finders.find(name)
        source = Path(path).read_text(encoding="utf-8") if path else ""
        folder = posixpath.dirname(name)
        imported = (posixpath.normpath(posixpath.join(folder, target)) for target in _IMPORT.findall(source))
        found += [each for each in dict.fromkeys(imported) if each not in found]
    return tuple(found[1:])
