"""The bell that rings when events were committed, so that a relay need not look all the time.

A ring may get lost, with the process or with the broker that carries it on: nothing but time depends on it.
"""

from collections.abc import Callable

from django.db import transaction

Listener = Callable[[], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Call `listener` at every ring of this process, in the thread that committed; return what ends it.

    A listener is quick and leaves failures of its own to nobody: the commit is done.
    """
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring_after_commit() -> None:
    """Ring once the open transaction is committed; not at all when it is taken back."""
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Tell the listeners of this process that there is something to deliver."""
    for listener in tuple(_listeners):
        listener()
