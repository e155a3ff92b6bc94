"""The head of a Markdown file: `key: value` lines between two lines of three dashes."""

import re

_HEAD = re.compile(r"\A\s*---[ \t]*\n(?P<lines>.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"^[ \t]*(?P<key>[A-Za-z_-]{1,40})[ \t]*:[ \t]*(?P<value>.*?)[ \t]*$", re.MULTILINE)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the keys in small letters with their values, and the text behind; no head gives no keys."""
    head = _HEAD.match(text)
    if head is None:
        return {}, text
    found = {line["key"].lower(): _unquoted(line["value"]) for line in _LINE.finditer(head["lines"])}
    return (found, text[head.end() :]) if found else ({}, text)


def listed(value: str) -> list[str]:
    """Return the items of `a, b` or `[a, b]`."""
    items = value.strip("[]").split(",")
    return [name for item in items if (name := _unquoted(item.strip()))]


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
