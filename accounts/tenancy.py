"""Tenant isolation: every tenant row has an organisation, every query runs inside a scope.

`tenant_scope` names the organisation whose rows may be seen and written. `TenantManager` filters by it and
refuses to run outside of one, so a forgotten scope is an error and never a leak.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models
from typing_extensions import override


class TenantScopeMissingError(RuntimeError):
    """A tenant table was used outside of `tenant_scope`: a defect of ours, never the caller's."""


class TenantScopeMixError(RuntimeError):
    """A scope was opened for another organisation inside a scope, or a row of another one was written."""


@dataclass(frozen=True, slots=True)
class _Scope:
    organization_id: uuid.UUID | None  # None: a named system job that crosses organisations
    reason: str = ""


_scope: ContextVar[_Scope | None] = ContextVar("tenant_scope", default=None)
_in_request: ContextVar[bool] = ContextVar("tenant_scope_in_request", default=False)
M = TypeVar("M", bound=models.Model)


@contextmanager
def tenant_scope(organization_id: uuid.UUID) -> Iterator[None]:
    """Restrict every tenant query of the block to one organisation.

    Raises TenantScopeMixError when a scope of another organisation is open already.
    """
    current = _scope.get()
    if current is not None and current.organization_id not in {None, organization_id}:
        raise TenantScopeMixError("a scope of another organisation is open")
    token = _scope.set(_Scope(organization_id))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def system_scope(reason: str) -> Iterator[None]:
    """Lift the restriction for a job that crosses organisations: log-in look-up, relay, reaper.

    House rules list the modules that may. Raises TenantScopeMixError inside a tenant scope: a request can
    never widen its own view.
    """
    current = _scope.get()
    if current is not None and current.organization_id is not None:
        raise TenantScopeMixError("a tenant scope is open")
    token = _scope.set(_Scope(None, reason))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def request_scope() -> Iterator[None]:
    """Bound to one request what `enter_scope` opens; a request starts without any scope."""
    scope, request = _scope.set(None), _in_request.set(True)
    try:
        yield
    finally:
        _in_request.reset(request)
        _scope.reset(scope)


def enter_scope(organization_id: uuid.UUID) -> None:
    """Restrict the rest of the request to one organisation: once the credential has said whose request it is.

    A bearer token counts for more than the session that came with it, so the later call holds.
    Raises TenantScopeMissingError outside of a request.
    """
    if not _in_request.get():
        raise TenantScopeMissingError("a scope can be entered inside of a request only")
    _scope.set(_Scope(organization_id))


@contextmanager
def operator_scope(organization_id: uuid.UUID) -> Iterator[None]:
    """Restrict the block to an organisation whose people an operator changes, whatever scope is open.

    The one way from one organisation into another; `accounts.services.members` alone takes it.
    """
    token = _scope.set(_Scope(organization_id))
    try:
        yield
    finally:
        _scope.reset(token)


def current_organization_id() -> uuid.UUID:
    """Return the organisation of the open scope; raise TenantScopeMissingError without one."""
    scope = _scope.get()
    if scope is None or scope.organization_id is None:
        raise TenantScopeMissingError("no tenant scope is open")
    return scope.organization_id


class TenantQuerySet(models.QuerySet[M]):
    """Rows that are written in bulk are claimed for the scope's organisation as `save` does."""

    @override
    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            _claim(row)
        return super().bulk_create(rows, *args, **kwargs)


class TenantManager(models.Manager[M]):
    """Rows of the open scope's organisation; raises TenantScopeMissingError when there is no scope."""

    @override
    def get_queryset(self) -> models.QuerySet[M]:
        scope = _scope.get()
        if scope is None:
            raise TenantScopeMissingError(f"{self.model.__name__} was queried outside of tenant_scope")
        rows: models.QuerySet[M] = TenantQuerySet(self.model, using=self._db)
        return rows if scope.organization_id is None else rows.filter(organization_id=scope.organization_id)


class TenantModel(models.Model):
    """Base of every tenant table: UUID key, non-null organisation, scoped `objects`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[TenantManager[Any]] = TenantManager()

    class Meta:
        abstract = True

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill the organisation from the scope; refuse a row of another organisation."""
        _claim(self)
        super().save(*args, **kwargs)


def _claim(row: Any) -> None:
    """Fill a row's organisation from the scope; raise for a missing scope and for another organisation."""
    scope = _scope.get()
    if scope is None:
        raise TenantScopeMissingError(f"{type(row).__name__} was saved outside of tenant_scope")
    if scope.organization_id is None:
        return
    if row.organization_id is None:
        row.organization_id = scope.organization_id
    if row.organization_id != scope.organization_id:
        raise TenantScopeMixError("the row belongs to another organisation")
