"""Who may generate now: a bounded number at once, of them a bounded number for each organisation, and a queue
that takes turns among the organisations, so that one with many questions does not keep the others waiting.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import ServiceUnavailableError

NEWS_SECONDS = 1.0
RETRY_SECONDS = 5


class BusyError(ServiceUnavailableError):
    """So many questions wait already that another one would wait too long."""

    code = "busy"
    message = _("Too many questions are waiting for an answer. Please ask again in a moment.")


class FairQueue:
    """Lives on one event loop. `most` run at once, `most_each` of one organisation; `longest` may wait, half
    of them of one organisation."""

    def __init__(self, *, most: int, most_each: int, longest: int) -> None:
        self._most = most
        self._most_each = most_each
        self._longest = longest
        self._running: Counter[UUID] = Counter()
        self._booked: Counter[UUID] = Counter()
        # Organisations in the order of their next turn; each with its waiting ones.
        self._waiting: OrderedDict[UUID, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._waiting.values()))

    def ensure_room(self, organization_id: UUID) -> None:
        """Raise BusyError when one more question of the organisation could not even wait."""
        own = len(self._waiting.get(organization_id, ())) + self._booked[organization_id]
        free = max(0, self._most - self._running.total())
        own_free = max(0, min(free, self._most_each - self._running[organization_id]))
        everybody = self.waiting + self._booked.total()
        if own >= own_free + max(1, self._longest // 2) or everybody >= free + self._longest:
            raise BusyError(retry_after=RETRY_SECONDS)

    @contextmanager
    def booked(self, organization_id: UUID) -> Iterator[None]:
        """Keep a place for a question that is being stored: of many at once, no more come in than have room.

        Raises BusyError.
        """
        self.ensure_room(organization_id)
        self._booked[organization_id] += 1
        try:
            yield
        finally:
            self._booked[organization_id] -= 1
            if not self._booked[organization_id]:
                del self._booked[organization_id]

    @asynccontextmanager
    async def turn(
        self, organization_id: UUID, said: Callable[[int], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Wait for a turn and hold it; `said` is told the place in the queue, from 1, whenever it changes."""
        if self._may_run(organization_id) and organization_id not in self._waiting:
            self._running[organization_id] += 1
        else:
            await self._wait(organization_id, said)
        try:
            yield
        finally:
            self._leave(organization_id)

    async def _wait(self, organization_id: UUID, said: Callable[[int], Awaitable[None]]) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(organization_id, deque()).append(mine)
        try:
            place = 0
            while not mine.done():
                if place != (place := self._place(organization_id, mine)):
                    await said(place)
                await asyncio.wait({mine}, timeout=NEWS_SECONDS)
        except BaseException:
            self._give_up(organization_id, mine)
            raise

    def _place(self, organization_id: UUID, mine: asyncio.Future[None]) -> int:
        """Return how many turns it takes until it is mine, if every organisation may run."""
        index = self._waiting[organization_id].index(mine)
        place, before = index + 1, True
        for other, queue in self._waiting.items():
            if other == organization_id:
                before = False
            else:
                place += min(len(queue), index + before)
        return place

    def _give_up(self, organization_id: UUID, mine: asyncio.Future[None]) -> None:
        if mine.done():  # the turn came together with the end
            self._leave(organization_id)
            return
        queue = self._waiting[organization_id]
        queue.remove(mine)
        if not queue:
            del self._waiting[organization_id]

    def _leave(self, organization_id: UUID) -> None:
        self._running[organization_id] -= 1
        if not self._running[organization_id]:
            del self._running[organization_id]
        self._call_next()

    def _call_next(self) -> None:
        for organization_id in list(self._waiting):
            if not self._may_run(organization_id):
                continue
            queue = self._waiting[organization_id]
            self._running[organization_id] += 1
            queue.popleft().set_result(None)
            if queue:
                self._waiting.move_to_end(organization_id)
            else:
                del self._waiting[organization_id]

    def _may_run(self, organization_id: UUID) -> bool:
        return self._running.total() < self._most and self._running[organization_id] < self._most_each
