"""Tickets: a program's right to open one socket, single use, for half a minute. Never part of an address."""

import hashlib
import secrets
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from accounts.access import current_actor
from accounts.errors import TicketInvalidError
from accounts.standing import reload_actor
from accounts.types import Actor, SignIn
from config.kernel.outages import asking_redis


def issue_ticket(actor: Actor) -> str:
    """Return a ticket for the actor, good for `settings.TICKET_LIFETIME_SECONDS`.

    Raises OutageError while the server that keeps tickets is away.
    """
    ticket = secrets.token_urlsafe(32)
    sign_in = (actor.sign_in.kind, actor.sign_in.key) if actor.sign_in else None
    holder = (str(actor.user_id), str(actor.organization_id), actor.session_version, sign_in)
    with asking_redis():
        cache.set(_key(ticket), holder, settings.TICKET_LIFETIME_SECONDS)
    return ticket


def redeem_ticket(ticket: str) -> Actor:
    """Return the ticket's holder as of now, once.

    Raises TicketInvalidError for an unknown, expired or used ticket, OutageError as `issue_ticket` does, and
    what `current_actor` raises.
    """
    key = _key(ticket)
    with asking_redis():
        holder = cache.get(key)
        # Deleting is the atomic step: of several that have read the ticket, one deletes it.
        is_good = holder is not None and cache.delete(key)
    if not is_good:
        raise TicketInvalidError
    user_id, organization_id, session_version, sign_in = holder
    actor = current_actor(
        user_id=UUID(user_id), organization_id=UUID(organization_id), session_version=session_version
    )
    return reload_actor(replace(actor, sign_in=SignIn(*sign_in))) if sign_in else actor


def _key(ticket: str) -> str:
    return "ticket:" + hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()
