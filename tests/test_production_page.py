"""What docs/production.md tells people to type exists, and what it says can be set is read somewhere."""

import re
import shlex
from pathlib import Path

import click
import pytest
from celery.bin.celery import celery
from django.core.management import get_commands, load_command_class

from bootstrap import VERBS
from tools.stack.__main__ import GROUPS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
LINES = [line.split("#")[0].strip() for block in BLOCKS for line in block.splitlines()]
COMPOSE = (ROOT / "docker-compose.production.yml").read_text(encoding="utf-8")
BALANCERS = "".join(
    path.read_text(encoding="utf-8")
    for folder in ("nginx", "haproxy")
    for path in (ROOT / "deploy" / folder).iterdir()
)


def words_after(start: str) -> list[list[str]]:
    return [shlex.split(line.removeprefix(start)) for line in LINES if line.startswith(start)]


def names_of(heading: str) -> set[str]:
    """Return the names in the first column of the table below a heading."""
    table = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([A-Z0-9_]+)`", cell)}


def test_every_verb_of_make_exists() -> None:
    said = words_after("make ")
    assert said
    for verb, *arguments in said:
        assert verb in VERBS
        assert all(word.removeprefix("ARGS=") in GROUPS for word in arguments)


def test_every_command_of_the_product_takes_what_it_is_given() -> None:
    said = [
        shlex.split(line.split("python manage.py ", 1)[1]) for line in LINES if "python manage.py" in line
    ]
    named = {command for command, *_ in said}
    assert named == {"serve", "create_operator", "check", "move_database", "reconcile"}
    for command, *arguments in said:
        parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
        parser.parse_args(arguments)


def test_every_compose_command_is_about_this_stack() -> None:
    said = words_after("docker compose ")
    assert said
    for flag, file, verb, *arguments in said:
        assert (flag, (ROOT / file).is_file()) == ("-f", True)
        assert verb in {"up", "exec"}
        assert verb == "up" or f"  {arguments[0]}:" in COMPOSE


def test_every_command_of_celery_takes_what_it_is_given() -> None:
    for flag, app, verb, *options in words_after(".venv/bin/celery "):
        assert (flag, app) == ("-A", "config.celery")
        command = celery.commands[verb]
        command.make_parser(click.Context(command)).parse_args(args=options)


def test_every_setting_that_it_shows_is_in_the_table_of_settings() -> None:
    shown = {line.partition("=")[0] for line in LINES if re.match(r"[A-Z_]+=", line)}
    assert len(shown) > 5
    assert all(re.search(rf"^\|[^|]*`{name}`", README, re.MULTILINE) for name in shown)


@pytest.mark.parametrize("name", sorted(names_of("With Docker")))
def test_the_compose_file_reads_it(name: str) -> None:
    assert f"${{{name}:-" in COMPOSE


@pytest.mark.parametrize("name", sorted(names_of("The balancer")))
def test_a_configuration_of_a_balancer_reads_it(name: str) -> None:
    assert f"{name}" in BALANCERS


def test_no_blank_of_a_balancer_is_left_out() -> None:
    told = names_of("The balancer") | set(re.findall(r"`([A-Z]+_[A-Z0-9_]+)`", PAGE))
    assert set(re.findall(r"\$\{([A-Z0-9_]+)\}", BALANCERS)) - {"REPLICA_2"} <= told
