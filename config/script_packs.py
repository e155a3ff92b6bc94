"""Our ES modules put together when static files are collected: a page asks for two files and not for forty.

Nothing is translated: each module becomes a function that returns what it exports, after those that it
imports. What modules share (`js/lib.js`) is one file. Each module that begins something (`js/main.js`, and
every one that is imported when it comes to it) is one with what it alone needs, so that no module is ever
there twice. Whole lines of comment are left out.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SHARED = "js/lib.js"
MAIN = "js/main.js"

_COMMENT = re.compile(r"^[ \t]*(?:/\*\*?.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_OTHER_SYNTAX = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)
_LATER = re.compile(r"""\bimport\(\s*(["'`])(\.{1,2}/(?:[^"'`$]*/)?)([^"'`]*)\1""")


@dataclass(frozen=True, slots=True)
class _Module:
    name: str
    body: str  # without comments, imports and the word "export"
    imports: tuple[tuple[str, str], ...]  # (module, names taken of it)
    exports: tuple[str, ...]
    later: tuple[str, ...]  # modules that it imports when it comes to it


def put_together(read: Callable[[str], str]) -> dict[str, str]:
    """Return the packs of our pages by their names. `read` gives a module's source.

    Raises ValueError where modules are written in a way that would not mean the same.
    """
    return _Packs(read).written()


class _Packs:
    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._modules: dict[str, _Module] = {}
        self._owners: dict[str, str] = {}

    def written(self) -> dict[str, str]:
        packs = {SHARED: self._claim(SHARED)}
        waiting = [MAIN]
        for entry in waiting:  # grows while it is read
            packs[entry] = self._claim(entry)
            later = (name for module in packs[entry] for name in module.later)
            waiting += [name for name in dict.fromkeys(later) if name not in waiting]
        return {entry: self._text(entry, modules) for entry, modules in packs.items()}

    def _claim(self, entry: str) -> list[_Module]:
        modules = [self._module(name) for name in self._in_order(entry, ())]
        for module in modules:
            if self._owners.setdefault(module.name, entry) != entry:
                raise ValueError(f"{module.name} would be in {self._owners[module.name]} and in {entry}")
        return modules

    def _in_order(self, name: str, path: tuple[str, ...]) -> Iterator[str]:
        """Give a module after all that it imports, each once, without what is shared."""
        if name in path:
            raise ValueError(f"{' imports '.join([*path, name])}: modules in a circle")
        found: dict[str, None] = {}
        for imported, _ in self._module(name).imports:
            if self._owners.get(imported) != SHARED:
                found.update(dict.fromkeys(self._in_order(imported, (*path, name))))
        yield from [*found, name]

    def _module(self, name: str) -> _Module:
        if name not in self._modules:
            self._modules[name] = _parsed(name, self._read(name))
        return self._modules[name]

    def _text(self, entry: str, modules: list[_Module]) -> str:
        own = {module.name for module in modules}
        foreign = {name: None for module in modules for name, _ in module.imports if name not in own}
        shared = ", ".join(map(_identifier, foreign))
        head = f'import {{ {shared} }} from "{_relative(SHARED, entry)}";\n' if shared else ""
        return head + "".join(_as_function(module, entry) for module in modules) + _tail(modules, entry)


def _parsed(name: str, source: str) -> _Module:
    text = _COMMENT.sub("", source)
    folder = posixpath.dirname(name)
    imports = [(_resolved(folder, path), names) for names, path in _IMPORT.findall(text)]
    body = _EXPORT.sub(r"\1", _IMPORT.sub("", text))
    if other := _OTHER_SYNTAX.search(body):
        raise ValueError(f"{name}: cannot be put together with others: {other[0]}")
    later = [_resolved(folder, f"{path}{file}") for _, path, file in _LATER.findall(body) if "$" not in file]
    exports = tuple(found for _, found in _EXPORT.findall(text))
    own = tuple(target for target in later if target.startswith(f"{posixpath.dirname(MAIN)}/"))
    return _Module(name, body.strip(), tuple(imports), exports, own)


def _as_function(module: _Module, entry: str) -> str:
    taken = "".join(
        f"const {{ {_renamed(names)} }} = {_identifier(name)};\n" for name, names in module.imports if names
    )
    body = _LATER.sub(lambda found: _moved(found, module.name, entry), module.body)
    given = f"return {{ {', '.join(module.exports)} }};\n"
    return f"const {_identifier(module.name)} = (() => {{\n{taken}{body}\n{given}}})();\n"


def _tail(modules: list[_Module], entry: str) -> str:
    """Export what others import: of the shared pack its modules, of another one what its entrance exports."""
    if entry == SHARED:
        return f"export {{ {', '.join(_identifier(module.name) for module in modules)} }};\n"
    exports = modules[-1].exports
    return f"export const {{ {', '.join(exports)} }} = {_identifier(entry)};\n" if exports else ""


def _moved(found: re.Match[str], name: str, entry: str) -> str:
    """Return the beginning of an `import()` as it has to be in the pack's folder."""
    quote, path, file = found.groups()
    return f"import({quote}{_relative(_resolved(posixpath.dirname(name), path), entry)}/{file}{quote}"


def _renamed(names: str) -> str:
    return ", ".join(part.strip().replace(" as ", ": ") for part in names.split(",") if part.strip())


def _resolved(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _relative(target: str, entry: str) -> str:
    path = posixpath.relpath(target, posixpath.dirname(entry))
    return path if path.startswith(".") else f"./{path}"


def _identifier(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))
