"""Whether those whose streams are open still may read them.

A signal tells within moments that something about a person has changed; where none arrives, because Redis is
away or a command changed it, the look that goes round every few seconds finds it.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError  # of a connection as well as of a query

from accounts.standing import outdated, reload_actor
from accounts.types import Actor
from config.kernel.database import in_database
from config.kernel.errors import DomainError

logger = logging.getLogger(__name__)


class Watched(Protocol):
    """Something open that belongs to a person."""

    @property
    def known(self) -> Actor | None:
        """The person as last seen; None while nobody has come in."""
        ...

    async def review(self) -> None:
        """Look at the person's account now, and end what may no longer be open."""
        ...


class Watch:
    """Lives on one event loop."""

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._reviews: set[asyncio.Task[None]] = set()
        self._left = asyncio.Event()

    @contextmanager
    def over(self, watched: Watched) -> Iterator[None]:
        """Look after it within the block."""
        self.begin(watched)
        try:
            yield
        finally:
            self.end(watched)

    def begin(self, watched: Watched) -> None:
        """Look after it until `end`."""
        self._watched.add(watched)

    def end(self, watched: Watched) -> None:
        self._watched.discard(watched)
        self._left.set()

    async def until_unread(self) -> None:
        """Wait until nobody reads an answer any more."""
        while any(isinstance(watched, Standing) for watched in self._watched):
            self._left.clear()
            await self._left.wait()

    def on_change(self, signal: Mapping[str, str]) -> None:
        """Look at everything that a person has open."""
        user_id = UUID(signal["user_id"])
        for watched in self._watched:
            if watched.known is not None and watched.known.user_id == user_id:
                self._begin(watched)

    async def go_round(self) -> None:
        """Look at everything, again and again, until cancelled."""
        while True:
            await asyncio.sleep(settings.ACCESS_CHECK_SECONDS)
            try:
                await self._look_at_all()
            except DatabaseError:  # the next round may see more
                logger.warning("open streams were not looked at")

    async def _look_at_all(self) -> None:
        open_now = {watched: watched.known for watched in self._watched}
        old = await in_database(outdated)({known for known in open_now.values() if known is not None})
        for watched, known in open_now.items():
            if known in old:
                self._begin(watched)

    def _begin(self, watched: Watched) -> None:
        task = asyncio.create_task(watched.review())
        self._reviews.add(task)
        task.add_done_callback(self._reviews.discard)


class Standing:
    """A reader of one answer: what comes next is read by whoever the reader is by then."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._refusal: DomainError | None = None

    @property
    def known(self) -> Actor:
        return self._actor

    async def review(self) -> None:
        try:
            self._actor = await in_database(reload_actor)(self._actor)
        except DomainError as error:
            self._refusal = error
        except DatabaseError:
            logger.warning("a reader was not looked at")

    def reader(self) -> Actor:
        """Return who reads now; raises what the account was refused for."""
        if self._refusal is not None:
            raise self._refusal
        return self._actor
