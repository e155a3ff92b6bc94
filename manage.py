#!/usr/bin/env python3
"""Entrance to every management command."""

import os
import sys

SERVING = {"serve", "runserver", "relay_outbox"}
LIMITS = ("DATABASE_STATEMENT_SECONDS", "DATABASE_LOCK_SECONDS", "DATABASE_IDLE_SECONDS")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if SERVING.isdisjoint(sys.argv[1:2]):  # nobody waits behind an operator's command: it may take its time
        for name in LIMITS:
            os.environ.setdefault(name, "0")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # of a setting: whoever set it needs the sentence, not our stack
        sys.exit(f"ImproperlyConfigured: {error}")


if __name__ == "__main__":
    main()
