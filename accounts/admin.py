"""The admin pages of managers (their people, departments, invitations) and operators (organisations, people).

Rights follow from the role. What is changed goes through the services, with their rules and their trail.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from accounts import audit
from accounts.access import actor_of
from accounts.admin_audit import AuditEntryAdmin
from accounts.admin_budgets import BudgetAdmin
from accounts.admin_keys import ApiKeyAdmin
from accounts.admin_settings import OrganizationSettingsAdmin
from accounts.errors import DepartmentExistsError
from accounts.models import Department, Invitation, Organization, User
from accounts.names import tidy_name
from accounts.role_admin import MANAGERS, OPERATORS, ModelForm, RoleAdmin
from accounts.services import invitations, members, organizations
from accounts.services.invitations import GRANTABLE, Offer
from accounts.services.members import MemberChange
from accounts.types import AccountStatus, Actor, Role

__all__ = [
    "ApiKeyAdmin",
    "AuditEntryAdmin",
    "BudgetAdmin",
    "DepartmentAdmin",
    "InvitationAdmin",
    "OrganizationAdmin",
    "OrganizationSettingsAdmin",
    "UserAdmin",
]

_GRANTABLE_CHOICES = [(role.value, role.label) for role in Role if role in GRANTABLE]


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)


@admin.register(Organization)
class OrganizationAdmin(RoleAdmin):
    seen_by = OPERATORS
    list_display = ("name", "created_at")
    search_fields = ("name",)
    fields = ("name", "created_at")
    readonly_fields = ("name", "created_at")


class UserForm(ModelForm):
    """Offers what may be given: no operators are made here, and nobody is put back to waiting."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "role" in self.fields:
            self._offer("role", _GRANTABLE_CHOICES)
        if "status" in self.fields:
            given = {AccountStatus.ACTIVE, AccountStatus.DEACTIVATED, AccountStatus(self.instance.status)}
            self._offer("status", [(each.value, each.label) for each in AccountStatus if each in given])

    def _offer(self, field: str, choices: list[tuple[str, Any]]) -> None:
        chosen = self.fields[field]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = choices


@admin.register(User)
class UserAdmin(RoleAdmin):
    seen_by = MANAGERS | OPERATORS
    changeable = True
    form = UserForm
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    fields = (
        *("username", "display_name", "email", "organization", "department"),
        *("role", "status", "last_login", "created_at"),
    )
    actions = ("approve", "deactivate", "end_sessions", "reset_second_factor")

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = User.directory.all() if self._is_operator(request) else User.objects.all()
        return people.select_related("organization", "department").order_by(*self.get_ordering(request))

    @override
    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        place = "organization" if self._is_operator(request) else "department"
        return ("username", "display_name", "status", "role", place, "email", "joined")

    @admin.display(description=_("created on"), ordering="created_at")
    def joined(self, user: User) -> str:
        return date_format(timezone.localtime(user.created_at), "SHORT_DATE_FORMAT")

    @override
    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        return ("status", "role", "organization" if self._is_operator(request) else "department")

    @override
    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if self._is_operator(request):
            return self.fields
        return tuple(field for field in self.fields if field != "organization")

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        kept = {*self.fields} - {"department", "role", "status"}
        if self._is_operator(request):
            kept.add("department")
        if obj is not None and (obj.pk == _actor(request).user_id or obj.role == Role.OPERATOR):
            kept |= {"role", "status"}
        return tuple(field for field in self.fields if field in kept)

    @override
    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Carry out what changed in the form, one service call for each matter."""
        actor, wanted = _actor(request), form.cleaned_data
        if {"role", "department"} & {*form.changed_data}:
            members.change_member(actor=actor, member_id=obj.pk, change=_member_change(form))
        if "status" in form.changed_data and wanted["status"] == AccountStatus.ACTIVE:
            members.approve_member(actor=actor, member_id=obj.pk)
        if "status" in form.changed_data and wanted["status"] == AccountStatus.DEACTIVATED:
            members.deactivate_member(actor=actor, member_id=obj.pk)

    @admin.action(description=_("Approve the selected people"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in self._others(request, queryset):
            members.approve_member(actor=_actor(request), member_id=person.pk)

    @admin.action(description=_("Deactivate the selected people"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in self._others(request, queryset):
            members.deactivate_member(actor=_actor(request), member_id=person.pk)

    @admin.action(description=_("Sign the selected people out everywhere"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in self._others(request, queryset):
            members.end_sessions(actor=_actor(request), member_id=person.pk)

    @admin.action(
        description=_("Take the authenticator app of the selected people away"), permissions=["change"]
    )
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in self._others(request, queryset):
            members.reset_second_factor(actor=_actor(request), member_id=person.pk)

    def _others(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        """Return the chosen people without the one who chose, and say how many there are."""
        others = [*queryset.exclude(pk=_actor(request).user_id)]
        words = str(_("Accounts updated: {count}"))
        self.message_user(request, words.format(count=len(others)), messages.SUCCESS)
        return others

    def _is_operator(self, request: HttpRequest) -> bool:
        return _actor(request).role == Role.OPERATOR


def _member_change(form: ModelForm) -> MemberChange:
    wanted, changed = form.cleaned_data, {*form.changed_data}
    department = wanted.get("department")
    return MemberChange(
        role=Role(wanted["role"]) if "role" in changed else None,
        department_id=department.pk if "department" in changed and department else None,
        no_department="department" in changed and department is None,
    )


class DepartmentForm(ModelForm):
    class Meta:
        model = Department
        fields = ("name",)

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        if Department.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(str(DepartmentExistsError.message))
        return name


@admin.register(Department)
class DepartmentAdmin(RoleAdmin):
    changeable = addable = deletable = True
    form = DepartmentForm
    search_fields = ("name",)
    ordering = ("name",)

    @override
    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "department.renamed" if change else "department.created"
        audit.record(action, actor_id=_actor(request).user_id, target=obj.pk)

    @override
    def delete_model(self, request: HttpRequest, obj: Department) -> None:
        organizations.delete_department(actor=_actor(request), department_id=obj.pk)

    @override
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Department]) -> None:
        for department in queryset:
            self.delete_model(request, department)


class InvitationForm(ModelForm):
    """Without a Meta: it would look the departments up now, and not when somebody is there to see them."""

    role = forms.ChoiceField(label=_("role"), choices=_GRANTABLE_CHOICES)


@admin.register(Invitation)
class InvitationAdmin(RoleAdmin):
    """Made and revoked here, never changed; the link is shown once, when the invitation is made."""

    addable = True
    form = InvitationForm
    fields = ("email", "role", "department")
    list_display = ("recipient", "state", "role", "department", "created_at", "expires_at")
    ordering = ("-created_at",)
    actions = ("revoke",)

    @admin.display(description=_("invited person"))
    def recipient(self, invitation: Invitation) -> str:
        return str(invitation)

    @admin.display(description=_("status"))
    def state(self, invitation: Invitation) -> str:
        if invitation.consumed_at is not None:
            return str(_("Used"))
        if invitation.revoked_at is not None:
            return str(_("Revoked"))
        return str(_("Open") if invitation.expires_at > timezone.now() else _("Expired"))

    @override
    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        wanted = form.cleaned_data
        department = wanted["department"]
        offer = Offer(
            email=wanted["email"],
            role=Role(wanted["role"]),
            department_id=department.pk if department else None,
        )
        made, token = invitations.create_invitation(actor=_actor(request), offer=offer)
        obj.pk = made.pk
        link = f"{request.build_absolute_uri(reverse('register'))}?invitation={token}"
        words = _("The invitation link, shown this once: {link}")
        self.message_user(request, format_html(str(words), link=_bdi(link)), messages.SUCCESS)

    @admin.action(description=_("Revoke the selected invitations"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> None:
        for invitation in queryset:
            invitations.revoke_invitation(actor=_actor(request), invitation_id=invitation.pk)


def _bdi(text: str) -> str:
    return format_html('<bdi dir="ltr">{}</bdi>', text)
