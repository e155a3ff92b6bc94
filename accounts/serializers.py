"""What programs send and get. What changes something refuses fields that it does not know; who registers or
signs in may send more than is needed, and nothing is taken over that is not named here.
"""

from typing import Any, NoReturn

from django.contrib.auth.validators import UnicodeUsernameValidator
from rest_framework import serializers
from typing_extensions import override

from accounts.scopes import Scope
from accounts.types import AccountStatus, Language, Role
from config.api import KnownFieldsSerializer

_LONGEST_SECRET = 4096


class TextField(serializers.CharField):
    """Text sent as text: a number or a truth value in its place is a mistake worth telling."""

    @override
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self._fail()
        return super().to_internal_value(data)

    def _fail(self) -> NoReturn:
        self.fail("invalid")


class SecretField(TextField):
    """A password or token: kept to the letter, never sent back."""

    def __init__(self, **options: Any) -> None:
        options = {"trim_whitespace": False, "write_only": True, "max_length": _LONGEST_SECRET} | options
        super().__init__(style={"input_type": "password"}, **options)


# -- in ------------------------------------------------------------------------------------------------------


class RegisterSerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150, validators=[UnicodeUsernameValidator()])
    password = SecretField()
    email = TextField(max_length=254)
    organization = TextField(max_length=200, required=False, allow_blank=True, default="")
    invitation = SecretField(required=False, allow_blank=True, default="")
    display_name = TextField(max_length=150, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=Language.choices, required=False, default=Language.HEBREW)

    @override
    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["organization"] and not attrs["invitation"]:
            field = self.fields["organization"]
            raise serializers.ValidationError({"organization": [field.error_messages["required"]]})
        return attrs


class LoginSerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150)
    password = SecretField()
    code = TextField(
        max_length=40, required=False, default="", help_text="For accounts with an authenticator app."
    )


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = SecretField()


class ProfileChangeSerializer(KnownFieldsSerializer):
    display_name = TextField(max_length=150, required=False, allow_blank=True)
    language = serializers.ChoiceField(choices=Language.choices, required=False)
    email = TextField(max_length=254, required=False)
    current_password = SecretField(
        required=False, allow_blank=True, help_text="Needed for another e-mail address."
    )


class PasswordChangeSerializer(KnownFieldsSerializer):
    current_password = SecretField()
    new_password = SecretField()


class ResetRequestSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)


class ResetConfirmSerializer(serializers.Serializer[Any]):
    uid = SecretField()
    token = SecretField()
    new_password = SecretField()


class OfferSerializer(KnownFieldsSerializer):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True, default="")
    role = serializers.ChoiceField(choices=Role.choices, required=False, default=Role.MEMBER)
    department = serializers.UUIDField(required=False, allow_null=True, default=None)


class MemberChangeSerializer(KnownFieldsSerializer):
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    department = serializers.UUIDField(required=False, allow_null=True)


class MemberQuerySerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=AccountStatus.choices, required=False)


class DepartmentChangeSerializer(KnownFieldsSerializer):
    name = TextField(max_length=200)


class WantedKeySerializer(KnownFieldsSerializer):
    name = TextField(max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), min_length=1)
    days = serializers.IntegerField(
        min_value=1, max_value=3650, required=False, help_text="It does not expire where it is left out."
    )


# -- out -----------------------------------------------------------------------------------------------------


class NamedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    username = serializers.CharField()
    email = serializers.EmailField()
    display_name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)


class MemberSerializer(PersonSerializer):
    status = serializers.ChoiceField(choices=AccountStatus.choices)
    department = NamedSerializer(allow_null=True)
    created_at = serializers.DateTimeField()


class ProfileSerializer(MemberSerializer):
    language = serializers.ChoiceField(choices=Language.choices)
    organization = NamedSerializer()


class TokensSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="Send it as Authorization: Bearer; good for 5 minutes.")
    refresh = serializers.CharField(help_text="Good for one use and 7 days.")
    access_token = serializers.CharField(help_text="The same as access.")
    token_type = serializers.CharField(help_text="Always bearer.")


class RegisteredSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    organization = NamedSerializer()
    status = serializers.ChoiceField(choices=AccountStatus.choices)
    access = serializers.CharField(required=False, help_text="For active accounts.")
    refresh = serializers.CharField(required=False, help_text="For active accounts.")


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


class SignInSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["session", "tokens"], help_text="A browser, or a program.")
    device = serializers.CharField(help_text="Empty where the device said nothing of itself.")
    began_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(help_text="When it was last used, to ten minutes.")
    is_current = serializers.BooleanField(help_text="Whether it is the one that asks.")


class SignInsSerializer(serializers.Serializer[Any]):
    sign_ins = SignInSerializer(many=True)


class ResetAcceptedSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="Always accepted, whether an account has the address or not.")


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    department = NamedSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    consumed_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewInvitationSerializer(InvitationSerializer):
    token = serializers.CharField(help_text="Told this once.")
    link = serializers.CharField(help_text="Leads to the registration form with the invitation in it.")


class ApiKeySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    beginning = serializers.CharField(help_text="The first characters of the key.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    owner = serializers.CharField(source="owner.username", help_text="It acts as this person.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewApiKeySerializer(ApiKeySerializer):
    key = serializers.CharField(help_text="Told this once; send it as Authorization: Bearer.")
