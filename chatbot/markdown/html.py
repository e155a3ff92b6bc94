"""Tokens as HTML: what differs from the parser's own. The twin of `static/js/markdown/html.js`."""

import re
from collections.abc import Callable, MutableMapping, Sequence
from functools import partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

_LANGUAGE = re.compile(r"^[A-Za-z0-9+#.-]{1,20}$")
_HIGHEST_HEADING, _LOWEST_HEADING = 3, 6
_AWAY = ' rel="noopener noreferrer nofollow" target="_blank"'
_SIMPLE_PIECES = {
    "code": '<code dir="ltr">{}</code>',
    "isolate": '<bdi dir="ltr">{}</bdi>',
    "amount": '<span class="amount">{}</span>',
    "path": '<bdi dir="ltr" class="breakable">{}</bdi>',
    "host": ' <bdi dir="ltr" class="host">{}</bdi>',
}
Env = MutableMapping[str, Any]
Rule = Callable[[Token, Env, Callable[[], str]], str]


def render_with(parser: MarkdownIt) -> None:
    """Put our forms in the place of the parser's own."""
    for name, rule in _RULES.items():
        parser.add_render_rule(name, _adapted(rule))


def _adapted(rule: Rule) -> Callable[..., str]:
    """Return the rule as the parser calls it; ours get the token, what is known of the message, and the plain
    form.
    """

    def render(
        renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: Env
    ) -> str:
        return rule(tokens[index], env, partial(renderer.renderToken, tokens, index, options, env))

    return render


def _code(token: Token, _env: Env, _plain: Callable[[], str]) -> str:
    return f'<code dir="ltr">{escapeHtml(token.content if token.content.strip() else " ")}</code>'


def _fence(token: Token, _env: Env, _plain: Callable[[], str]) -> str:
    words = token.info.split()
    known = f' class="language-{words[0].lower()}"' if words and _LANGUAGE.match(words[0]) else ""
    return f'<pre dir="ltr" tabindex="0"><code{known}>{escapeHtml(token.content)}</code></pre>\n'


def _maths(token: Token, _env: Env, _plain: Callable[[], str]) -> str:
    name = "math math--display" if token.meta["isDisplayed"] else "math"
    return f'<code class="{name}" dir="ltr">{escapeHtml(token.content)}</code>'


def _heading(token: Token, _env: Env, plain: Callable[[], str]) -> str:
    """The page has headings of its own: an answer's begin two levels further down."""
    token.tag = f"h{min(_LOWEST_HEADING, int(token.tag[1]) + _HIGHEST_HEADING - 1)}"
    return plain()


def _table_open(token: Token, _env: Env, plain: Callable[[], str]) -> str:
    return f'<div class="table" dir="{token.attrGet("dir")}" tabindex="0">{plain()}'


def _table_close(_token: Token, _env: Env, _plain: Callable[[], str]) -> str:
    return "</table></div>\n"


def _cell(token: Token, _env: Env, plain: Callable[[], str]) -> str:
    """Only the middle is a side that means the same in both directions."""
    token.attrs = {"class": "centred"} if str(token.attrGet("style")).endswith("center") else {}
    return plain()


def _link_open(token: Token, _env: Env, _plain: Callable[[], str]) -> str:
    return f'<a href="{escapeHtml(str(token.attrGet("href")))}"{_AWAY}>'


def _piece(token: Token, env: Env, _plain: Callable[[], str]) -> str:
    text, kind, href = escapeHtml(token.content), token.meta["kind"], escapeHtml(token.meta["href"])
    if kind == "mark":
        return _mark(token.meta["number"], env)
    if kind == "link":
        return f'<bdi dir="ltr" class="breakable"><a href="{href}"{_AWAY}>{text}</a></bdi>'
    if kind == "document":
        return f'<a href="{href}">{text}</a>'
    return _SIMPLE_PIECES[kind].format(text)


def _mark(number: int, env: Env) -> str:
    citations = env.get("citations")
    if citations is None:
        return f'<bdi class="cite"><span>{number}</span></bdi>'
    label = escapeHtml(env["label"](number, citations[number]))
    return (
        f'<bdi class="cite"><a href="#citation-{env["id"]}-{number}" aria-label="{label}">{number}</a></bdi>'
    )


_RULES: dict[str, Rule] = {
    "code_inline": _code,
    "fence": _fence,
    "maths": _maths,
    "heading_open": _heading,
    "heading_close": _heading,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _cell,
    "td_open": _cell,
    "link_open": _link_open,
    "piece": _piece,
}
