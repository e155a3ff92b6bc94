"""The house rules as functions: each takes one source and returns what offends in it, as `line: words`."""

import ast
import functools
import re
from collections.abc import Iterator

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES, STYLE_LINES = 300, 30, 120, 200
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "functions"}
ASYNC_QUERIES = {
    *("aget", "acreate", "afirst", "alast", "acount", "aexists", "aupdate", "adelete", "asave", "aiterator"),
    *("aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "ain_bulk", "aaggregate"),
    *("aearliest", "alatest", "acontains", "arefresh_from_db", "aauthenticate", "alogin", "alogout", "auser"),
}
QUERY_SET = re.compile(r"\.objects\b|\.(?:filter|exclude|all)\(")
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Joined, so that this file does not name what it forbids.
REGISTRIES = re.compile(
    r"\b("
    + "|".join(
        re.escape(".".join(parts))
        for parts in [
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("crates", "io"),
            ("proxy", "golang", "org"),
            ("maven", "org"),
            ("deb", "debian", "org"),
        ]
    )
    + r")\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.$})-])/(?:work|tmp|root)/[\w.-]")
INLINE_CODE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style\b|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=|javascript:", re.IGNORECASE
)
PHYSICAL_STYLES = re.compile(
    r"(?<![\w-])(?:"
    r"(?:(?:scroll-)?(?:margin|padding)|border)-(?:left|right|top|bottom)\b"
    r"|(?:left|right|top|bottom)\s*:"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
    r")"
)


def _lines(source: str) -> Iterator[tuple[int, str]]:
    return enumerate(source.splitlines(), start=1)


@functools.cache
def _tree(source: str) -> ast.Module:
    return ast.parse(source)


def _nodes(source: str) -> Iterator[ast.AST]:
    return ast.walk(_tree(source))


def _matching(source: str, pattern: re.Pattern[str]) -> list[str]:
    found = ((number, pattern.search(line)) for number, line in _lines(source))
    return [f"{number}: {match.group()!r}" for number, match in found if match]


# -- sizes ---------------------------------------------------------------------------------------------------


def longer_than(limit: int, source: str) -> list[str]:
    """More lines than the limit."""
    count = len(source.splitlines())
    return [f"{count} lines, at most {limit}"] if count > limit else []


def long_functions(source: str) -> list[str]:
    """Functions of more than FUNCTION_LINES lines, from `def` to the end, without the docstring."""
    return [
        f"{node.lineno}: {node.name} has {_size(node)} lines"
        for node in _nodes(source)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _size(node) > FUNCTION_LINES
    ]


def _size(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node, clean=False) is None:
        return lines
    docstring = node.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def vague_name(path: str) -> list[str]:
    """A folder or module whose name says nothing about what is in it."""
    *folders, file = path.split("/")
    return [path] if {*folders, file.split(".")[0]} & VAGUE_NAMES else []


# -- Python --------------------------------------------------------------------------------------------------


def broad_excepts(source: str) -> list[str]:
    """Handlers of every exception that do not raise it again."""
    return [
        f"{node.lineno}: catches everything"
        for node in _nodes(source)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises(node)
    ]


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(map(_is_broad, caught.elts))
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def _raises(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise)


def async_queries(source: str) -> list[str]:
    """Asynchronous ORM calls: they run on the one thread that all of Django shares, in no tenant scope."""
    nodes = list(_nodes(source))
    loops = [
        node.iter for node in nodes if isinstance(node, ast.AsyncFor | ast.comprehension) and _is_async(node)
    ]
    calls = [node for node in nodes if isinstance(node, ast.Call) and _is_async_query(node.func)]
    queries = [looped for looped in loops if QUERY_SET.search(ast.unparse(looped))]
    return [f"{node.lineno}: {ast.unparse(node)[:60]}" for node in (*calls, *queries)]


def _is_async(loop: ast.AsyncFor | ast.comprehension) -> bool:
    return isinstance(loop, ast.AsyncFor) or bool(loop.is_async)


def _is_async_query(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in ASYNC_QUERIES:
        return False
    return not re.search(r"cache(s\[.*\])?$", ast.unparse(function.value))


def manager_uses(source: str) -> list[str]:
    """Queries made where requests come in, instead of in services, selectors or access doors."""
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in _nodes(source)
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]


def system_scopes(source: str) -> list[str]:
    """Database access that no organisation limits."""
    return [
        f"{node.lineno}: {ast.unparse(node)[:60]}"
        for node in _nodes(source)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "system_scope"
    ]


def environment_reads(source: str) -> list[str]:
    """Reads of the process environment; setting a default for Django is none."""
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for node in _nodes(source)
        if (
            isinstance(node, ast.Attribute)
            and ast.unparse(node) in {"os.environ.get", "os.getenv", "os.environb"}
        )
        or (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ")
    ]


def settings_names(source: str) -> set[str]:
    """Return the variables that `config.settings` reads through `config.env`."""
    return {
        node.args[0].value
        for node in _nodes(source)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("env.")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


# -- pages and text ------------------------------------------------------------------------------------------


def inline_code(source: str) -> list[str]:
    """Scripts and styles inside a page, which the content security policy would block."""
    return _matching(source, INLINE_CODE)


def physical_styles(source: str) -> list[str]:
    """Left and right in a style sheet, where start and end are meant."""
    return _matching(
        re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), source, flags=re.DOTALL),
        PHYSICAL_STYLES,
    )


def raw_bidi_controls(source: str) -> list[str]:
    """Invisible direction marks, which hide what the text says; write them as escapes."""
    return _matching(source, BIDI_CONTROLS)


def registry_hosts(source: str) -> list[str]:
    """Hosts of package registries: where packages come from is for each installation to say."""
    return _matching(source, REGISTRIES)


def machine_paths(source: str) -> list[str]:
    """Folders of the machine that somebody worked on."""
    return _matching(source, MACHINE_PATHS)
