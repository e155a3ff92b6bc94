"""What a person recognises a device by: the browser and the system, of all that a browser says of itself."""

import re
from collections.abc import Mapping

# The first that is found counts: nearly all say that they are Chrome and Safari, too.
_BROWSERS: Mapping[str, str] = {
    r"\bEdgA?(?:iOS)?/": "Edge",
    r"\bOPR/|\bOPT/": "Opera",
    r"\bSamsungBrowser/": "Samsung Internet",
    r"\bYaBrowser/": "Yandex",
    r"\b(?:Firefox|FxiOS)/": "Firefox",
    r"\b(?:Chrome|CriOS|HeadlessChrome)/": "Chrome",
    r"\bVersion/[\d.]+.*\bSafari/": "Safari",
}
_SYSTEMS: Mapping[str, str] = {
    r"\biPhone\b": "iPhone",
    r"\biPad\b": "iPad",
    r"\bAndroid\b": "Android",
    r"\bWindows\b": "Windows",
    r"\bCrOS\b": "ChromeOS",
    r"\bMac OS X\b|\bMacintosh\b": "Mac",
    r"\bLinux\b": "Linux",
}
_PROGRAM = re.compile(r"([A-Za-z][A-Za-z0-9 ._-]{0,39})/")


def device_of(user_agent: str) -> str:
    """Return such as "Chrome · Windows", or a program's name; empty where nothing can be told.

    At most 60 characters, of letters, digits and few signs, whatever is sent.
    """
    known = [_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)]
    if any(known):
        return " · ".join(filter(None, known))
    program = _PROGRAM.match(user_agent)
    return program[1].strip() if program and program[1] != "Mozilla" else ""


def _first(names: Mapping[str, str], user_agent: str) -> str:
    return next((name for pattern, name in names.items() if re.search(pattern, user_agent)), "")
