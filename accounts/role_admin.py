"""The base of the product's admin pages: rights follow from the role, and from nothing else."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from typing_extensions import override

from accounts.access import actor_of
from accounts.list_files import MOST_ROWS, SAVE_LIST, save_list
from accounts.types import Role
from config.kernel.errors import DomainError

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:  # Django's own classes take no parameters when they run
    ModelAdmin = admin.ModelAdmin
    ModelForm = forms.ModelForm

MANAGERS = frozenset({Role.MANAGER})
OPERATORS = frozenset({Role.OPERATOR})


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # Django's own takes no parameter when it runs
    """Pages of a list that is counted no further than anybody turns pages by hand: counting a million rows
    takes longer than showing a hundred.
    """

    most: ClassVar[int] = MOST_ROWS

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found: int = rows.order_by()[: self.most].count()
        return found


class RoleAdmin(ModelAdmin):
    """Opens to the roles in `seen_by`, who change what `changeable`, `addable` and `deletable` allow."""

    seen_by: ClassVar[frozenset[Role]] = MANAGERS
    changeable: ClassVar[bool] = False
    addable: ClassVar[bool] = False
    deletable: ClassVar[bool] = False
    paginator = BoundedPaginator
    show_full_result_count = False

    def _sees(self, request: HttpRequest) -> bool:
        try:
            return actor_of(request.user).role in self.seen_by
        except DomainError:
            return False

    @override
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._sees(request)

    @override
    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._sees(request)

    @override
    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.changeable and self._sees(request)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.addable and self._sees(request)

    @override
    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.deletable and self._sees(request)

    @override
    def get_actions(self, request: HttpRequest) -> Any:
        """Let every list that has actions be saved as a file."""
        found: Any = super().get_actions(request)
        if found or self.actions is not None:
            found["save_list"] = (save_list, "save_list", SAVE_LIST)
        return found

    @override
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Let a list be filtered by what it shows and offers: Django lets it by every column, and a filter by
        the first characters of a password's hash would tell them one after the other."""
        offered = [
            each[0] if isinstance(each, tuple) else getattr(each, "parameter_name", each)
            for each in self.get_list_filter(request)
        ]
        known = {"id", self.date_hierarchy, *offered, *self.get_list_display(request)}
        return lookup.split("__", maxsplit=1)[0] in known and super().lookup_allowed(lookup, value, request)

    @override
    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse before looking: Django looks first, and its two answers tell what exists."""
        if not self._sees(request):
            raise PermissionDenied
        return super().history_view(request, object_id, *args, **kwargs)
