"""Nginx and HAProxy: only installed here; started for the replicas, with the configurations of `deploy/`."""

from tools.stack.packages import has, need

PROGRAMS = ("nginx", "haproxy")


def install() -> None:
    """Install what is missing.

    :raises StackError: something is missing and cannot be installed here
    """
    need({name: has(name) for name in PROGRAMS})
