"""What a key may be used for: some addresses, by what is done there. All others are closed to keys."""

from collections.abc import Collection, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.errors import ScopeMissingError

_READING = {"GET", "HEAD", "OPTIONS"}


class Scope(TextChoices):
    """A part of the programs' interface."""

    CHAT = "chat", _("Ask, and read its owner's conversations")
    SEARCH = "search", _("Search and read documents")
    DOCUMENTS = "documents", _("Add, change and delete documents")
    ANALYTICS = "analytics", _("Read the figures")


_CHAT = (
    *("/chat", "/v1", "/api/v1/chat", "/api/v1/answers", "/api/v1/conversations", "/api/v1/messages"),
    *("/api/v1/budgets", "/api/v1/ws-ticket"),
)
_READ = ("/api/v1/search", "/api/v1/documents", "/api/v1/passages")
_WRITTEN = ("/api/v1/documents",)
_FIGURES = ("/api/v1/analytics",)


def scope_for(*, method: str, path: str) -> Scope | None:
    """Return the scope that lets a key in at an address, None where none does."""
    if _is_below(path, _CHAT):
        return Scope.CHAT
    if _is_below(path, _FIGURES):
        return Scope.ANALYTICS
    if method in _READING and _is_below(path, _READ):
        return Scope.SEARCH
    return Scope.DOCUMENTS if _is_below(path, _WRITTEN) else None


def require_scope(scopes: Collection[str], *, method: str, path: str) -> None:
    """Raise ScopeMissingError unless the scopes let a key in there."""
    wanted = scope_for(method=method, path=path)
    if wanted is None or wanted not in scopes:
        raise ScopeMissingError(details={"scope": wanted})


def _is_below(path: str, places: Sequence[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)
