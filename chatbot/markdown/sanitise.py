"""The last word on an answer's HTML: what is not on these lists does not reach the page.

The twin of `static/js/markdown/sanitise.js`. The parser makes nothing else to begin with; this holds if it
ever did.
"""

import re

import nh3

_DIRECTED = {"dir", "lang"}
_ATTRIBUTES = {
    "a": {"href", "rel", "target", "aria-label"},
    "bdi": {"class", *_DIRECTED},
    "code": {"class", "dir"},
    "div": {"class", "dir", "tabindex"},
    "ol": {"start", *_DIRECTED},
    "pre": {"dir", "tabindex"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
    **dict.fromkeys(("blockquote", "h3", "h4", "h5", "h6", "p", "table", "ul"), _DIRECTED),
}
_TAGS = {*_ATTRIBUTES, "br", "em", "hr", "li", "s", "strong", "tbody", "thead", "tr"}
_ADDRESS = re.compile(r"^(?:https?://|mailto:|#(?:citation|passage)-)", re.IGNORECASE)


def _checked(_tag: str, name: str, value: str) -> str | None:
    return value if name != "href" or _ADDRESS.match(value) else None


_CLEANER = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_checked, link_rel=None)


def sanitise(html: str) -> str:
    """Return the HTML without anything that is not allowed."""
    return _CLEANER.clean(html)
