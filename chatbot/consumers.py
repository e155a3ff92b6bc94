"""`/ws/chat/`: carries frames between a client and the answer log. It owns no generation and no text."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from types import MappingProxyType
from typing import Any
from uuid import UUID

from channels.exceptions import DenyConnection
from django.conf import settings
from django.db import Error as DatabaseError
from django.utils.translation import override

from accounts.authentication import session_actor
from accounts.errors import AccountInactiveError, AccountPendingError, SessionEndedError
from accounts.standing import reload_actor
from accounts.tickets import redeem_ticket
from accounts.types import Actor
from chatbot import metrics
from chatbot.answers import Question, accepted_frame, admit, ask, follow, stop
from chatbot.credit import CreditWindow, NoCreditError
from chatbot.handshake import cookies_of, language_of, origin_of, ticket_of
from chatbot.protocol import (
    Ack,
    Ask,
    Auth,
    ClientFrame,
    Error,
    Event,
    Hello,
    Reconnect,
    Resume,
    Stop,
    encode,
    parse,
)
from chatbot.socket import SocketConsumer
from chatbot.supervisor import DrainingError, get_supervisor
from config.kernel.database import in_database
from config.kernel.errors import (
    ConflictError,
    DomainError,
    NotAuthenticatedError,
    ServiceUnavailableError,
    TooManyRequestsError,
)
from config.kernel.signals import Ids, group_of, hear

logger = logging.getLogger(__name__)
SUBPROTOCOL = "sicha.v1"
AUTH_SECONDS = 10.0
CLOSE_NOT_AUTHENTICATED = 4401
CLOSE_FORBIDDEN = 4403
CLOSE_TRY_AGAIN = 1013
CLOSE_NO_CREDIT = 4408
RETRY_SECONDS = 5
NEWS_KEPT = 64


class AlreadyAuthenticatedError(ConflictError):
    code = "already_authenticated"


class ChatConsumer(SocketConsumer):
    """One chat connection of one person."""

    # Acknowledgements of what was sent are no more than that; these are the ones that acknowledge nothing.
    frames_per_window = MappingProxyType({"frame": 120, "ack": 600})
    known: Actor | None = None
    _language: str = settings.LANGUAGE_CODE

    async def opened(self) -> str | None:
        """Accept browsers of our own origins by their session, and programs (no Origin) by a ticket."""
        self._followers: dict[UUID, asyncio.Task[None]] = {}
        self._deafen: Callable[[], None] | None = None
        self._news: list[str] = []
        self._telling: asyncio.Task[None] | None = None
        self._credit = CreditWindow(patience=settings.CREDIT_PATIENCE_SECONDS)
        self._language = language_of(self.scope)
        origin = origin_of(self.scope)
        if origin is not None and origin not in settings.ALLOWED_ORIGINS:
            raise DenyConnection
        return SUBPROTOCOL if SUBPROTOCOL in self.scope.get("subprotocols", ()) else None

    async def ready(self) -> None:
        metrics.SESSIONS.inc()
        supervisor = get_supervisor()
        supervisor.listeners.add(self)
        supervisor.watch.begin(self)
        await supervisor.start()
        try:
            await self._authenticate_handshake()
        except DomainError as error:
            await self._refuse(error)
        except DatabaseError:
            # Nobody can say who this is: the client tries again, as after any break.
            logger.warning("handshake without a database")
            await self._refuse(ServiceUnavailableError(retry_after=RETRY_SECONDS))
            await self.close(CLOSE_TRY_AGAIN)
            return
        if self.known is None:
            self.spawn(self._close_unless_authenticated())
        self.scope.clear()  # the router's copy is read no more, and most sockets are idle

    async def closed(self) -> None:
        metrics.SESSIONS.dec()
        if self._deafen is not None:
            self._deafen()
        supervisor = get_supervisor()
        supervisor.watch.end(self)
        supervisor.listeners.discard(self)

    async def say_reconnect(self) -> None:
        """Tell the client to connect elsewhere, each at another moment, so that they do not all arrive
        together."""
        await self.send_text(encode(Reconnect(after_ms=random.randint(100, 2000))))  # noqa: S311 - jitter

    def read(self, text: str | None) -> ClientFrame | DomainError:
        try:
            return parse(text)
        except DomainError as error:
            return error

    def kind_of(self, frame: ClientFrame | DomainError) -> str | None:
        if not isinstance(frame, Ack) or self.known is None:
            return "frame"
        return None if self._credit.is_owed(frame.answer_id, frame.seq) else "ack"

    def received(self, frame: ClientFrame | DomainError) -> None:
        if isinstance(frame, DomainError):
            return self._spawn_refusal(frame)
        if isinstance(frame, Ack) and self.known is not None:  # one for every few frames: no task, no query
            return self._credit.acknowledge(frame.answer_id, frame.seq)
        # Who follows as many answers as one may can still stop them.
        at_most = 2 * self.max_tasks if isinstance(frame, Stop) else None
        if self.spawn(self._guarded(frame), at_most=at_most) is None:
            self._spawn_refusal(TooManyRequestsError(retry_after=1))
        return None

    async def _guarded(self, frame: ClientFrame) -> None:
        """Handle one frame; whatever goes wrong, the client is told and the socket lives on."""
        try:
            await self._handlers[type(frame)](self, frame)
        except DomainError as error:
            await self._refuse(error, frame)
            await self._close_if_ended(error)
            if isinstance(error, DrainingError):
                await self.say_reconnect()
        except DatabaseError:
            logger.warning("frame without a database", extra={"frame": frame.type})
            await self._refuse(ServiceUnavailableError(retry_after=RETRY_SECONDS), frame)
        except Exception:
            logger.exception("frame failed", extra={"frame": frame.type})
            await self._refuse(ServiceUnavailableError(), frame)

    async def _on_auth(self, frame: Auth) -> None:
        if self.known is not None:
            raise AlreadyAuthenticatedError
        actor = await in_database(redeem_ticket)(frame.ticket)
        if self.known is not None:  # by another ticket meanwhile
            raise AlreadyAuthenticatedError
        await self._welcome(actor)

    async def _on_ask(self, frame: Ask) -> None:
        actor = await self._authorized()
        question = Question(
            text=frame.text,
            client_id=frame.client_id,
            conversation_id=frame.conversation_id,
            session_id=frame.session_id,
            parent_id=frame.parent_id,
        )
        await admit(actor)
        turn = await ask(actor, question)
        await self.send_text(encode(accepted_frame(turn, frame.client_id)))
        await self._follow(actor, turn.answer_id, 0)

    async def _on_stop(self, frame: Stop) -> None:
        await stop(await self._authorized(), frame.answer_id)

    async def _on_resume(self, frame: Resume) -> None:
        actor = await self._authorized()
        self._credit.acknowledge(frame.answer_id, frame.after_seq)
        await self._follow(actor, frame.answer_id, frame.after_seq)

    async def _on_ack(self, _frame: Ack) -> None:
        raise NotAuthenticatedError  # those of an authenticated client never come here

    _handlers: dict[type[ClientFrame], Callable[[Any, Any], Awaitable[None]]] = {
        Auth: _on_auth,
        Ask: _on_ask,
        Stop: _on_stop,
        Resume: _on_resume,
        Ack: _on_ack,
    }

    async def _follow(self, actor: Actor, answer_id: UUID, after_seq: int) -> None:
        """Relay one answer in this task; a second `resume` of the same answer takes over from the first."""
        earlier = self._followers.get(answer_id)
        task = asyncio.current_task()
        if earlier is not None and earlier is not task:
            earlier.cancel()
        if task is not None:
            self._followers[answer_id] = task
        try:
            async with aclosing(follow(actor, answer_id, after_seq=after_seq)) as entries:
                async for entry in entries:
                    if entry is not None:
                        await self._credit.spend(answer_id, entry)
                        await self.send_text(entry.text)
        except NoCreditError:
            await self.close(CLOSE_NO_CREDIT)
        finally:
            if self._followers.get(answer_id) is task:
                del self._followers[answer_id]

    async def _authenticate_handshake(self) -> None:
        ticket = ticket_of(self.scope)
        if ticket is not None:
            await self._welcome(await in_database(redeem_ticket)(ticket))
        elif origin_of(self.scope) is not None:  # cookies count only with an Origin that was checked
            actor = await session_actor(cookies_of(self.scope))
            if actor is not None:
                await self._welcome(actor)

    async def _welcome(self, actor: Actor) -> None:
        self.known = actor
        user = {"id": str(actor.user_id), "username": actor.username, "display_name": actor.display_name}
        limits = {
            "question_max_length": settings.QUESTION_MAX_LENGTH,
            "questions_per_minute": settings.RATE_LIMITS["question"][0],
        }
        # Heard before it is greeted: who has been greeted misses nothing.
        self._deafen = hear(group_of(actor.user_id), self.hear)
        await self.send_text(encode(Hello(user={**user}, limits={**limits})))
        if get_supervisor().draining:
            await self.say_reconnect()

    def hear(self, signal: Ids) -> None:
        """Pass on what the person does in other tabs; of what a slow reader leaves waiting, the latest."""
        news = encode(Event(**signal))
        if news not in self._news:
            self._news = [*self._news[1 - NEWS_KEPT :], news]
        if self._telling is None or self._telling.done():
            self._telling = self.spawn(self._tell_news())

    async def _tell_news(self) -> None:
        while self._news:
            await self.send_text(self._news.pop(0))

    async def _authorized(self) -> Actor:
        """Return the actor as the database knows it now: who logged out, or whose account was deactivated,
        is stopped at the next frame."""
        if self.known is None:
            raise NotAuthenticatedError
        self.known = await in_database(reload_actor)(self.known)
        return self.known

    async def review(self) -> None:
        """Go on as whoever the person is now, or close: the account or what it signed in by has ended."""
        try:
            await self._authorized()
        except DomainError as error:
            await self._refuse(error)
            await self._close_if_ended(error)
        except DatabaseError:
            logger.warning("a socket was not looked at")

    async def _close_if_ended(self, error: DomainError) -> None:
        if self.known is not None and isinstance(error, SessionEndedError):
            await self.close(CLOSE_NOT_AUTHENTICATED)
        elif self.known is not None and isinstance(error, AccountInactiveError | AccountPendingError):
            await self.close(CLOSE_FORBIDDEN)

    async def _close_unless_authenticated(self) -> None:
        await asyncio.sleep(AUTH_SECONDS)
        if self.known is None:
            await self.close(CLOSE_NOT_AUTHENTICATED)

    def _spawn_refusal(self, error: DomainError) -> None:
        self.spawn(self._refuse(error), at_most=2 * self.max_tasks)  # of whoever reads none, no more are kept

    async def _refuse(self, error: DomainError, frame: ClientFrame | None = None) -> None:
        with override(self._language):
            message = str(error.message)
        refusal = Error(
            code=error.code,
            message=message,
            details=error.details or None,
            retry_after=error.retry_after,
            answer_id=getattr(frame, "answer_id", None),
            client_id=getattr(frame, "client_id", None),
        )
        # Half of a surrogate pair, which a client may have written, cannot be sent back as it is.
        await self.send_text(encode(refusal).encode(errors="replace").decode())
