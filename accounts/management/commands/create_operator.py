"""`manage.py create_operator`: the first person of the platform, whom no form can create."""

import secrets
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from accounts.services.registration import NewAccount, create_operator
from config.kernel.errors import DomainError


class Command(BaseCommand):
    help = (
        "Create an operator of the platform. What is not given is asked for, or, for the password, generated."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--username")
        parser.add_argument("--email")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )

    @override
    def handle(
        self, *args: Any, username: str | None, email: str | None, password_stdin: bool, **options: Any
    ) -> None:
        asked = username is None or email is None
        account = NewAccount(
            username=username if username is not None else self._ask("Username: "),
            email=email if email is not None else self._ask("E-mail: "),
            password=self._password(from_input=password_stdin, asked=asked),
        )
        try:
            operator = create_operator(account=account)
        except DomainError as error:
            raise CommandError(_sentence(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(self.style.SUCCESS(f"Operator {operator.username} was created."))

    def _ask(self, question: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("--username and --email are needed where nobody can be asked.")
        return input(question)

    def _password(self, *, from_input: bool, asked: bool) -> str:
        if from_input:
            return sys.stdin.readline().rstrip("\r\n")
        if asked and (typed := getpass("Password (empty for a generated one): ")):
            return typed
        generated = secrets.token_urlsafe(18)
        self.stdout.write(f"Password: {generated}")
        return generated


def _sentence(error: DomainError) -> str:
    fields = error.details.get("fields")
    reasons = [str(words) for each in fields.values() for words in each] if isinstance(fields, dict) else []  # type: ignore[union-attr]
    return " ".join([str(error.message), *reasons])
