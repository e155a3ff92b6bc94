#!/usr/bin/env python3
"""Entrance to every management command."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # of a setting: whoever set it needs the sentence, not our stack
        sys.exit(f"ImproperlyConfigured: {error}")


if __name__ == "__main__":
    main()
