"""The embedded database of another installation, opened beside the one that is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections, transaction

from config import services
from config.moving.tables import MoveError

ALIAS = "embedded"


@contextmanager
def snapshot(home: Path) -> Iterator[str]:
    """Give the alias of the database in `home`, which stands still for the block, whoever writes to it."""
    settings = services.database("", home=home, connections=1)
    if not Path(settings["NAME"]).is_file():
        raise MoveError(f"There is no embedded installation in {home}.")
    # A reader takes no lock, and sees all tables as they are at its first look.
    settings["OPTIONS"] = {**settings["OPTIONS"], "transaction_mode": "DEFERRED"}
    complete = {"default": connections.settings["default"], ALIAS: settings}
    connections.settings[ALIAS] = connections.configure_settings(complete)[ALIAS]
    try:
        with transaction.atomic(using=ALIAS):
            yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]
