"""The refusals of this app; their codes are part of the interface."""

from django.utils.translation import gettext_lazy as _

from config.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotAuthenticatedError,
    PermissionDeniedError,
    TooManyRequestsError,
)

# -- who it is -----------------------------------------------------------------------------------------------


class InvalidCredentialsError(NotAuthenticatedError):
    """One answer for an unknown name and for a wrong password."""

    code = "invalid_credentials"
    message = _("The username or the password is not correct.")


class CodeNeededError(NotAuthenticatedError):
    """The password was right, and the account has a second step."""

    code = "code_needed"
    message = _("Signing in to this account also takes a code of the authenticator app.")


class CodeWrongError(InvalidInputError):
    code = "code_wrong"
    message = _("The code is not correct, or was used before.")


class SecondFactorMissingError(PermissionDeniedError):
    """The organisation demands a second step, and the account has none yet."""

    code = "second_factor_missing"
    message = _("The organization demands an authenticator app. Sign in on the page once to set it up.")


class TokenInvalidError(NotAuthenticatedError):
    code = "token_invalid"
    message = _("The access token is not valid or has expired.")


class SessionEndedError(NotAuthenticatedError):
    code = "session_ended"
    message = _("The session has ended. Signing in again is needed.")


class RefreshInvalidError(NotAuthenticatedError):
    code = "refresh_invalid"
    message = _("The refresh token is not valid or has expired.")


class RefreshReusedError(NotAuthenticatedError):
    code = "refresh_reused"
    message = _("The refresh token was used before. Signing in again is needed.")


class TicketInvalidError(NotAuthenticatedError):
    code = "ticket_invalid"
    message = _("The connection ticket is not valid or has expired.")


# -- whether the account may do anything ---------------------------------------------------------------------


class AccountPendingError(PermissionDeniedError):
    code = "account_pending"
    message = _("The account is waiting for approval by a manager of the organization.")


class AccountInactiveError(PermissionDeniedError):
    code = "account_inactive"
    message = _("The account is not active.")


# -- joining -------------------------------------------------------------------------------------------------


class RegistrationClosedError(PermissionDeniedError):
    code = "registration_closed"
    message = _("Registration is closed.")


class InvitationRequiredError(PermissionDeniedError):
    code = "invitation_required"
    message = _("Registration is open to invited people only.")


class InvitationInvalidError(InvalidInputError):
    code = "invitation_invalid"
    message = _("The invitation is not valid, has expired or was used before.")


class OrganizationReservedError(InvalidInputError):
    code = "organization_reserved"
    message = _("This organization name is not available.")


class UsernameTakenError(ConflictError):
    code = "username_taken"
    message = _("This username is taken.")


class NameConfusingError(InvalidInputError):
    code = "name_confusing"
    message = _("Letters of different scripts that look alike cannot be mixed in one name.")


class DepartmentExistsError(ConflictError):
    code = "department_exists"
    message = _("There is a department of this name already.")


# -- keys of programs ----------------------------------------------------------------------------------------


class ScopeMissingError(PermissionDeniedError):
    """`details.scope` is the one that is needed, null where no key may come."""

    code = "scope_missing"
    message = _("This API key may not be used here.")


class ScopesUnknownError(InvalidInputError):
    code = "scopes_unknown"
    message = _("Choose at least one of the things that the key may be used for.")


class TooManyKeysError(ConflictError):
    code = "too_many_keys"
    message = _("An organization has at most a hundred API keys. One has to be revoked first.")


# -- passwords -----------------------------------------------------------------------------------------------


class PasswordWeakError(InvalidInputError):
    """`details.fields` says what is missing, by the name of the field."""

    code = "password_weak"
    message = _("The password is too weak.")


class PasswordWrongError(InvalidInputError):
    code = "password_wrong"
    message = _("The current password is not correct.")


class SecondFactorExistsError(ConflictError):
    code = "second_factor_exists"
    message = _("The account has an authenticator app already.")


class SecondFactorDemandedError(ConflictError):
    code = "second_factor_demanded"
    message = _("The organization demands an authenticator app, so it cannot be taken away.")


class ResetInvalidError(InvalidInputError):
    code = "reset_invalid"
    message = _("The link for choosing a password is not valid, has expired or was used before.")


class BusyError(TooManyRequestsError):
    """More people are signing in at this moment than the processors can hash passwords for."""

    code = "busy"
    message = _("Many people are signing in at the moment. Please try again shortly.")


# -- what managers may not do --------------------------------------------------------------------------------


class OwnAccountError(ConflictError):
    code = "own_account"
    message = _("The own role and status are for another manager to change.")


class RoleNotGrantableError(PermissionDeniedError):
    code = "role_not_grantable"
    message = _("This role cannot be given here.")
