"""The Markdown of answers. The twin of `static/js/markdown/parser.js`: the same rules, options and order.

No raw HTML, no images, no link that is not http, https or mailto. Left out are the rules by which a later
line changes an earlier block (underlined headings, link definitions), so that finished blocks stay as they
are while an answer streams, and indented code, which models do not mean.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from config.kernel.hebrew.runs import WINDOWS_PATH

_RULES = [
    *("blockquote", "fence", "heading", "hr", "list", "table"),
    *("autolink", "backticks", "emphasis", "entity", "escape", "link", "newline", "strikethrough"),
]
_OPTIONS = {"html": False, "breaks": True, "linkify": False, "typographer": False, "maxNesting": 100}
_SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"^([ \t]*)\u2022[ \t]+")
_SPACE_AT_END = re.compile(r"[ \t]+$")
_WORD_BEFORE = re.compile(r"[0-9A-Za-z_\u05d0-\u05ea]\Z")
_SCHEME = re.compile(r"https?\Z", re.IGNORECASE)
_REST_OF_URL = re.compile("://[^\\s<>\"'`\\[\\]\u0590-\u05ff\u201c\u201d]+")
_AFTER_URL = re.compile(r"[*_~]+\Z")
_WINDOWS_PATH = re.compile(WINDOWS_PATH)
_ROOT = re.compile(r"(?:[A-Za-z]:|\.{1,2}|%[^%\s]*%)?\Z")
_FILES_OF_A_KIND = re.compile(r"\*\.[A-Za-z0-9]")
_TRAILING = re.compile(r"[.,;:!?)\]}]+\Z")
_TRAILING_OUTSIDE_BRACKETS = re.compile(r"[.,;:!?]+\Z")
_MATHS = (
    re.compile(r"\$\$([^$]+)\$\$"),
    re.compile(r"\\\[([\s\S]+?)\\\]"),
    re.compile(r"\\\(([^\n]+?)\\\)"),
    re.compile(r"\$(?![\s$])([^$\n]*[^$\s\\])\$(?![0-9A-Za-z])"),
)
_DISPLAYED = 2
_LONGEST_ROOT = 40
_LOOKS_LIKE_MATHS = re.compile(r"[\\^_=+<>{}]|^[A-Za-z]$")
_HEBREW = re.compile("[\u0590-\u05ff]")


def make_parser() -> MarkdownIt:
    """Return the parser; it keeps nothing between two texts."""
    parser = MarkdownIt("zero", _OPTIONS).enable(_RULES)
    parser.validateLink = lambda url: _SAFE_ADDRESS.match(url) is not None  # type: ignore[method-assign]
    # It must be on, and find nothing, for the other rules to mind their indentation as those of the page do.
    parser.enable("code").block.ruler.at("code", lambda *_: False)
    parser.core.ruler.after("normalize", "tidy", _tidy)
    parser.inline.ruler.before("escape", "path", _path)
    parser.inline.ruler.before("escape", "maths", _maths)
    parser.inline.ruler.before("escape", "url", _url)
    return parser


def _tidy(state: StateCore) -> None:
    """Outside code: make list items of lines that begin with the typographic bullet, and end no line with a
    space.
    """
    fence = ""
    lines = state.src.split("\n")
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found.group(1).startswith(fence) else fence
        elif found:
            fence = found.group(1)
        else:
            lines[index] = _SPACE_AT_END.sub("", _BULLET.sub(r"\1- ", line))
    state.src = "\n".join(lines)


def _url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the parser's own signature
    """An address in the text, before its underscores and asterisks can be taken for emphasis."""
    rest = _REST_OF_URL.match(state.src, state.pos, state.posMax)
    scheme = _SCHEME.search(state.src[max(0, state.pos - 5) : state.pos])
    if not rest or not scheme or state.linkLevel > 0:
        return False
    before = state.src[: state.pos - len(scheme.group())]
    if _WORD_BEFORE.search(before[-1:]):
        return False
    address = _trimmed(scheme.group() + _AFTER_URL.sub("", rest.group()))
    if len(address) <= len(scheme.group()) + 3:
        return False
    return _take(state, silent=silent, address=address, behind=len(scheme.group()))


def _path(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the parser's own signature
    """A path with backslashes, which would be taken for escapes, and `*.txt`, for emphasis: plain text."""
    if state.src[state.pos] == "*":
        is_kind = _FILES_OF_A_KIND.match(state.src, state.pos, state.posMax)
        before = state.src[max(0, state.pos - 1) : state.pos]
        return bool(is_kind) and not before.strip() and _keep(state, "*", silent=silent)
    if state.src[state.pos] != "\\":
        return False
    root = _ROOT.search(state.src, max(0, state.pos - _LONGEST_ROOT), state.pos)
    start = root.start() if root else state.pos
    found = _WINDOWS_PATH.match(state.src, start, state.posMax)
    if not found or found.end() <= state.pos:
        return False
    return _keep(state, state.src[state.pos : found.end()], silent=silent)


def _keep(state: StateInline, text: str, *, silent: bool) -> bool:
    """Take `text` as it is written."""
    if not silent:
        state.pending += text
    state.pos += len(text)
    return True


def _maths(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  the parser's own signature
    """A formula between dollars or escaped brackets, kept as it was written."""
    if state.src[state.pos] not in "$\\":
        return False
    for index, pattern in enumerate(_MATHS):
        found = pattern.match(state.src, state.pos, state.posMax)
        if found is None or _HEBREW.search(found.group(1)):
            continue
        if index == len(_MATHS) - 1 and not _LOOKS_LIKE_MATHS.search(found.group(1)):
            continue
        if not silent:
            token = state.push("maths", "code", 0)
            token.content = found.group(1).strip()
            token.meta = {"isDisplayed": index < _DISPLAYED}
        state.pos = found.end()
        return True
    return False


def _take(state: StateInline, *, silent: bool, address: str, behind: int) -> bool:
    """Take an address, whose first `behind` characters the parser has passed already, as one piece."""
    if not silent:
        state.pending = state.pending[: len(state.pending) - behind]
        token = state.push("piece", "", 0)
        token.content = address
        token.meta = {"kind": "link", "href": address}
    state.pos += len(address) - behind
    return True


def _trimmed(found: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    return (_TRAILING_OUTSIDE_BRACKETS if "(" in found else _TRAILING).sub("", found)
