"""The product's settings for the positive control: events are carried straight to the sinks."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "bench.faults.apps.WithoutOutboxConfig"]  # noqa: F405
