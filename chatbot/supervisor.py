"""The one place that starts generations. Jobs belong to the process, never to a connection: they outlive
sockets, reloads and tabs, and end by themselves, by `stop`, or when the process drains.
"""

import asyncio
import contextvars
import logging
import secrets
import socket
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.standing import ACCESS_CHANGED
from accounts.types import Actor
from chatbot.admission import FairQueue
from chatbot.job import Job, Workshop
from chatbot.keeping import Keeper
from chatbot.llm import build_model
from chatbot.llm.port import LanguageModel
from chatbot.streams import build_answer_log
from chatbot.streams.forgetting import FORGET_SIGNAL
from chatbot.streams.port import AnswerLog
from chatbot.turn import TurnRequest
from chatbot.watch import Watch
from config.kernel import signals
from config.kernel.errors import ServiceUnavailableError

logger = logging.getLogger(__name__)
T = TypeVar("T")
STOP_SIGNAL = "answer.stop"
READING_SECONDS = 2.0  # for the last frames of the last answers
TELLING_SECONDS = 2.0  # to say `reconnect`; who does not read is not waited for


class DrainingError(ServiceUnavailableError):
    """This replica is going away; another one takes new questions."""

    code = "draining"
    message = _("This server is being replaced. Please send the question again in a moment.")


class DrainListener(Protocol):
    """An open socket that wants to know when the process goes away."""

    async def say_reconnect(self) -> None: ...


class Supervisor:
    """Owns the jobs of one event loop. Make it by `get_supervisor`."""

    def __init__(self, *, model: LanguageModel, log: AnswerLog, queue: FairQueue) -> None:
        self.model = model
        self.log = log
        self.draining = False
        self.listeners: set[DrainListener] = set()
        owner = f"{socket.gethostname()}-{secrets.token_hex(4)}"
        threads = settings.WORKER_THREADS
        searches = FairQueue(most=threads, most_each=threads, longest=0)
        self._workshop = Workshop(model=model, log=log, queue=queue, searches=searches, keeper=Keeper(owner))
        self._unbroken: set[asyncio.Task[Any]] = set()
        self._jobs: dict[UUID, tuple[Job, asyncio.Task[None]]] = {}
        self._listening: asyncio.Future[Any] | None = None
        self.watch = Watch()

    @property
    def lease_owner(self) -> str:
        """Name of this process in the leases of its answers."""
        return self._workshop.keeper.lease_owner

    async def start(self) -> None:
        """Begin to hear the other processes; again changes nothing."""
        if self._listening is None:
            handlers = {
                STOP_SIGNAL: self._on_stop,
                FORGET_SIGNAL: self._on_forget,
                ACCESS_CHANGED: self.watch.on_change,
            }
            self._listening = asyncio.gather(signals.listen(handlers), self.watch.go_round())
            logger.info("supervisor started", extra={"model": self.model.name})

    def ensure_accepting(self, organization_id: UUID) -> None:
        """Raise DrainingError or BusyError when no new generation may start here; ask before the question is
        stored."""
        if self.draining:
            raise DrainingError(retry_after=2)
        self._workshop.queue.ensure_room(organization_id)

    @contextmanager
    def accepting(self, organization_id: UUID) -> Iterator[None]:
        """Keep a place in the queue while a question is stored and launched; raises as `ensure_accepting`."""
        self.ensure_accepting(organization_id)
        with self._workshop.queue.booked(organization_id):
            yield

    async def see_through(self, work: Coroutine[Any, Any, T]) -> T:
        """Await work that ends as it began, though the connection that asked for it goes away meanwhile."""
        task = asyncio.create_task(work)
        self._unbroken.add(task)
        task.add_done_callback(self._unbroken.discard)
        return await asyncio.shield(task)

    async def launch(self, request: TurnRequest, actor: Actor) -> None:
        """Start the job of an opened turn for its asker; its log can be read when this returns."""
        await self.start()
        answer_id = request.turn.answer_id
        await self.log.open(answer_id)
        job = Job(request, actor, self._workshop)
        # An empty context: the job must not inherit the request's language, tenant scope or cancel scopes.
        task = asyncio.get_running_loop().create_task(
            self._watched(job), name=f"answer-{answer_id}", context=contextvars.Context()
        )
        self._jobs[answer_id] = (job, task)
        task.add_done_callback(lambda _task: self._jobs.pop(answer_id, None))
        await asyncio.sleep(0)  # the job has its place in the queue before another question is let in

    async def _watched(self, job: Job) -> None:
        with self.watch.over(job):
            await job.run()

    def writes(self, answer_id: UUID) -> bool:
        """Tell whether an answer is being written here, or waits here for its turn."""
        return answer_id in self._jobs

    async def stop(self, answer_id: UUID) -> None:
        """Stop a generation here or, by a signal, in the process that runs it."""
        if not self._stop_here(answer_id):
            await signals.publish(STOP_SIGNAL, answer_id=str(answer_id))

    def _stop_here(self, answer_id: UUID) -> bool:
        entry = self._jobs.get(answer_id)
        if entry is not None:
            entry[0].stop()
        return entry is not None

    def _on_stop(self, signal: Mapping[str, str]) -> None:
        self._stop_here(UUID(signal["answer_id"]))

    def _on_forget(self, signal: Mapping[str, str]) -> None:
        forgetting = asyncio.create_task(self.log.discard(UUID(signal["answer_id"])))
        self._unbroken.add(forgetting)
        forgetting.add_done_callback(self._unbroken.discard)

    async def drain(self, seconds: float) -> None:
        """Take no new questions, send sockets elsewhere, let running answers finish and be read to their end,
        then interrupt what is left."""
        self.draining = True
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        await self._tell_listeners()
        if self._unbroken:  # questions that were taken before and whose answers are about to start
            await asyncio.wait(self._unbroken, timeout=seconds)
        tasks = [task for _job, task in self._jobs.values()]
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=max(end - clock(), 0))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, READING_SECONDS)):
                await self.watch.until_unread()

    async def _tell_listeners(self) -> None:
        telling = [asyncio.create_task(listener.say_reconnect()) for listener in self.listeners]
        if telling:
            _told, late = await asyncio.wait(telling, timeout=TELLING_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*telling, return_exceptions=True)

    async def aclose(self) -> None:
        """Let go of what the process is connected to, after `drain`."""
        await self.model.aclose()
        await self.log.aclose()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)


_supervisors: "WeakKeyDictionary[asyncio.AbstractEventLoop, Supervisor]" = WeakKeyDictionary()


def get_supervisor() -> Supervisor:
    """Return the supervisor of the running event loop (a process has one), making it on first use."""
    loop = asyncio.get_running_loop()
    supervisor = _supervisors.get(loop)
    if supervisor is None:
        queue = FairQueue(
            most=settings.MAX_CONCURRENT_GENERATIONS,
            most_each=settings.MAX_CONCURRENT_GENERATIONS_EACH,
            longest=settings.GENERATION_QUEUE_LENGTH,
        )
        supervisor = Supervisor(model=build_model(), log=build_answer_log(), queue=queue)
        _supervisors[loop] = supervisor
    return supervisor
