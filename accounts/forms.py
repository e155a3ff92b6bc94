"""The web forms; they say what to type, the services say whether it will do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import passwords
from accounts.errors import PasswordWrongError
from accounts.types import Language
from config.kernel.errors import DomainError

_LEFT_TO_RIGHT = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}


def _username(**options: Any) -> forms.CharField:
    attributes = {**_LEFT_TO_RIGHT, "autocomplete": "username"}
    return forms.CharField(label=_("Username"), max_length=150, widget=forms.TextInput(attributes), **options)


def _email(**options: Any) -> forms.EmailField:
    attributes = {"dir": "ltr", "autocomplete": "email"}
    return forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attributes), **options
    )


def _display_name() -> forms.CharField:
    return forms.CharField(
        label=_("Name to display"),
        max_length=150,
        required=False,
        widget=forms.TextInput({"autocomplete": "name", "dir": "auto"}),
    )


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    attributes = {"dir": "ltr", "autocomplete": autocomplete}
    return forms.CharField(
        label=label,
        strip=False,
        max_length=passwords.LONGEST,
        widget=forms.PasswordInput(attributes),
        **options,
    )


def _new_password() -> forms.CharField:
    return _password(
        _("New password"), "new-password", help_text=_("At least 8 characters of any kind; long is good.")
    )


class AccountForm(forms.Form):
    """A form that shows what a service refuses beside the field it is about."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.label_suffix = ""
        self.status = 200
        self.retry_after: int | None = None

    def refuse(self, error: DomainError | ValidationError) -> None:
        """Take over the words of a refusal."""
        if isinstance(error, ValidationError):
            for field, messages in _messages_of(error).items():
                self.add_error(field if field in self.fields else None, messages)
            return
        for field, words in _words_of(error).items():
            self.add_error(field if field in self.fields else None, words)
        if error.retry_after is not None:
            self.status, self.retry_after = error.status, error.retry_after

    def focus_what_is_wrong(self) -> None:
        """Have the page begin at the first field that something was said about."""
        wrong = next((field for name, field in self.fields.items() if name in self.errors), None)
        if wrong is not None and not wrong.widget.is_hidden:
            wrong.widget.attrs["autofocus"] = True


def _messages_of(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _words_of(error: DomainError) -> dict[str, Any]:
    """Return the words by field; those about the whole under an empty name."""
    fields = error.details.get("fields")
    if isinstance(fields, dict):
        return fields
    return {str(error.details.get("field", "")): str(error.message)}


class LoginForm(AccountForm):
    username = _username()
    password = _password(_("Password"), "current-password")


class RegisterForm(AccountForm):
    """With an invitation the organisation is the inviting one, so it is not asked for."""

    organization = forms.CharField(
        label=_("Organization"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization", "dir": "auto"}),
        help_text=_(
            "A new name opens a new organization. Joining an existing one needs its manager’s approval."
        ),
    )
    display_name = _display_name()
    username = _username(help_text=_("Letters, digits and the signs @ . + - _ only."))
    email = _email()
    password = _password(
        _("Password"), "new-password", help_text=_("At least 8 characters of any kind; long is good.")
    )
    invitation = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, invited: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if invited:
            del self.fields["organization"]


class ProfileForm(AccountForm):
    display_name = _display_name()
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    email = _email()
    current_password = _password(
        _("Current password"),
        "current-password",
        required=False,
        help_text=_("Needed only for changing the e-mail address."),
    )

    def refuse(self, error: DomainError | ValidationError) -> None:
        if isinstance(error, PasswordWrongError) and not self.cleaned_data.get("current_password"):
            self.add_error("current_password", _("Changing the e-mail address needs the current password."))
            return
        super().refuse(error)


class PasswordChangeForm(AccountForm):
    current_password = _password(_("Current password"), "current-password")
    new_password = _new_password()


class PasswordResetForm(AccountForm):
    email = _email()


def _code(attributes: dict[str, Any], **options: Any) -> forms.CharField:
    attributes = {**_LEFT_TO_RIGHT, "autocomplete": "one-time-code", **attributes}
    return forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(attributes), **options)


class CodeForm(AccountForm):
    code = _code(
        {"inputmode": "text", "autofocus": True},
        help_text=_("Six digits of the app, or one of the recovery codes."),
    )


class SetUpForm(AccountForm):
    """With a password where somebody is signed in already."""

    code = _code({"inputmode": "numeric"}, help_text=_("The six digits that the app shows now."))
    current_password = _password(_("Current password"), "current-password")

    def __init__(self, *args: Any, signed_in: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not signed_in:
            del self.fields["current_password"]


class ConfirmForm(AccountForm):
    current_password = _password(_("Current password"), "current-password")


class NewPasswordForm(AccountForm):
    new_password = _new_password()
