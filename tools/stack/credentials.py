"""Generated secrets, and the file that points the product at the stack; for the owner's eyes only."""

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools.stack.folders import alone, read_json, write_json, write_private

HEADER = "# Written by `make stack`: the settings that point the product at these servers. Holds secrets.\n"


def secrets_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the secrets of these names kept in `folder`, generating those that are missing (192 bits)."""
    path = folder / "credentials.json"
    with alone(folder / ".credentials.lock"):
        kept: dict[str, str] = read_json(path)
        missing = [name for name in names if name not in kept]
        if missing:
            kept |= {name: secrets.token_hex(24) for name in missing}
            write_json(path, kept)
    return {name: kept[name] for name in names}


def write_settings(path: Path, settings: Mapping[str, str]) -> None:
    """Write NAME=value lines; nothing in them needs quotes, so that shells and programs read the same."""
    lines = [f"{name}={value}\n" for name, value in sorted(settings.items())]
    text = "".join([HEADER, *lines])
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_private(path, text)
