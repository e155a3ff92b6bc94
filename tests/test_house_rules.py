"""The rules of this house, enforced; `CONTRIBUTING.md` says what they are for."""

import functools
import re
import subprocess
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation
from django.utils.module_loading import import_string

from tests import house_rules as rules

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "conversations", "retrieval", "chatbot", "analytics")
PRODUCT = (*APPS, "config")
LONG_FILES = {"config/settings.py": 350}  # one block for each seam, read as a list

# Where nothing above could decide: the edges of the process, of a job, of a socket and of an outbox route.
CATCHES_EVERYTHING = {
    "chatbot/consumers.py",
    "chatbot/job.py",
    "chatbot/keeping.py",
    "retrieval/extract/child.py",
    "config/background.py",
    "config/error_pages.py",
    "config/kernel/outbox/relay.py",
    "config/lean.py",
    "config/probes.py",
}
# Work that belongs to no single organisation: finding out whose a credential is, and the chores.
MAY_CROSS_TENANTS = {
    "accounts/services/api_keys.py",
    "accounts/services/invitations.py",
    "accounts/services/refresh.py",
    "accounts/standing.py",
    "accounts/tenancy.py",
    "analytics/webhooks/delivering.py",
    "conversations/services.py",
}
ENTRANCES = {
    "api",
    "views",
    "consumers",
    "serializers",
    "forms",
    "tasks",
    "urls",
    "routing",
    "completions",
    "sse",
}
READS_ENVIRONMENT = {"config/env.py"}

Rule = Callable[[str], list[str]]


@functools.cache
def own_files() -> tuple[Path, ...]:
    """Return the project's files, relative to its folder, as git knows them."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = [Path(name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # an archive without its history
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    foreign = {".venv", ".git", "node_modules", "var"}
    return tuple(path for path in found if path.parts[0] not in foreign and (ROOT / path).is_file())


def python_files(*tops: str) -> list[Path]:
    """Return our modules under these folders, or all of them; what Django generates is not ours."""
    return [
        path
        for path in own_files()
        if path.suffix == ".py" and "migrations" not in path.parts and (not tops or path.parts[0] in tops)
    ]


def files_of(*suffixes: str) -> list[Path]:
    return [path for path in own_files() if path.suffix in suffixes]


def offences(paths: Iterable[Path], rule: Rule) -> list[str]:
    """Return `path:line: words` for everything the rule finds."""
    return [f"{path}:{found}" for path in paths for found in rule((ROOT / path).read_text(encoding="utf-8"))]


# -- sizes and names -----------------------------------------------------------------------------------------


def test_files_have_at_most_300_lines() -> None:
    found = [
        offence
        for path in [*python_files(), *files_of(".js", ".mjs")]
        for offence in offences(
            [path], functools.partial(rules.longer_than, LONG_FILES.get(path.as_posix(), rules.FILE_LINES))
        )
    ]
    assert found == []


def test_functions_have_at_most_30_lines() -> None:
    assert offences(python_files(), rules.long_functions) == []


def test_templates_have_at_most_120_lines() -> None:
    assert offences(files_of(".html"), functools.partial(rules.longer_than, rules.TEMPLATE_LINES)) == []


def test_style_sheets_have_at_most_200_lines() -> None:
    assert offences(files_of(".css"), functools.partial(rules.longer_than, rules.STYLE_LINES)) == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [offence for path in own_files() for offence in rules.vague_name(path.as_posix())] == []


# -- code ----------------------------------------------------------------------------------------------------


def test_only_the_edges_catch_every_exception_and_each_once() -> None:
    for path in python_files(*PRODUCT, "tools"):
        allowed = 1 if path.as_posix() in CATCHES_EVERYTHING else 0
        found = offences([path], rules.broad_excepts)
        assert len(found) <= allowed, found


def test_no_query_is_asynchronous() -> None:
    assert offences(python_files(*PRODUCT), rules.async_queries) == []


def test_entrances_ask_services_instead_of_tables() -> None:
    entrances = [path for path in python_files(*APPS) if path.stem in ENTRANCES]
    assert offences(entrances, rules.manager_uses) == []


def test_only_listed_modules_look_across_organisations() -> None:
    others = [path for path in python_files(*PRODUCT) if path.as_posix() not in MAY_CROSS_TENANTS]
    assert offences(others, rules.system_scopes) == []


def test_only_one_module_reads_the_environment() -> None:
    others = [path for path in python_files(*PRODUCT) if path.as_posix() not in READS_ENVIRONMENT]
    assert offences(others, rules.environment_reads) == []


def test_every_allowance_is_still_needed() -> None:
    needed = {
        *(path for path in CATCHES_EVERYTHING if offences([Path(path)], rules.broad_excepts)),
        *(path for path in MAY_CROSS_TENANTS if "system_scope(" in (ROOT / path).read_text(encoding="utf-8")),
    }
    assert needed == CATCHES_EVERYTHING | MAY_CROSS_TENANTS


def test_tables_of_every_app_are_protected_from_the_others() -> None:
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    kept = [app for app in APPS if (ROOT / app / "models.py").exists() or (ROOT / app / "models").is_dir()]
    unprotected = [app for app in kept if f'protected_modules = ["{app}.models"]' not in contracts]
    assert unprotected == []


# -- configuration -------------------------------------------------------------------------------------------


def documented_settings(readme: str) -> set[str]:
    """Return the names in the first column of README's settings table."""
    return {
        name
        for row in re.findall(r"^\|([^|]+)\|", readme, re.MULTILINE)
        for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)
    }


def test_readme_lists_exactly_the_settings_that_are_read() -> None:
    read = rules.settings_names((ROOT / "config/settings.py").read_text(encoding="utf-8"))
    assert documented_settings((ROOT / "README.md").read_text(encoding="utf-8")) == read


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions that a lock allows, by name."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE
    ):
        found.setdefault(name, set()).add(version)
    return found


def test_the_locks_agree_and_every_package_has_hashes() -> None:
    product, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {
        name for name in product.keys() & development.keys() if not development[name] <= product[name]
    } == set()
    entries = re.split(
        r"^(?=[\w.-]+==)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert [entry for entry in entries[1:] if "--hash=sha256:" not in entry] == []


def test_no_package_of_the_product_is_under_the_agpl() -> None:
    fields = ("License", "License-Expression", "Classifier")
    installed = [
        found for found in metadata.distributions() if found.name.lower() in pins("requirements.txt")
    ]
    licences = {found.name: [*map(found.metadata.get_all, fields)] for found in installed}
    assert len(licences) > 50
    assert [name for name, words in licences.items() if re.search(r"AGPL|Affero", str(words))] == []


def test_every_outbox_route_leads_to_a_handler() -> None:
    routes = [route for routes in settings.OUTBOX_ROUTES.values() for route in routes]
    assert [route for route in routes if not callable(import_string(route))] == []


def test_no_migration_is_missing() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(
        loader.project_state(),
        ProjectState.from_apps(apps),
        NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True),
    )
    with translation.override(None):  # migrations hold the untranslated names
        changes = detector.changes(graph=loader.graph)
    assert {app: [str(change) for change in found] for app, found in changes.items()} == {}


# -- pages and text ------------------------------------------------------------------------------------------


def test_templates_hold_no_script_or_style() -> None:
    assert offences(files_of(".html"), rules.inline_code) == []


def test_styles_know_start_and_end_but_not_left_and_right() -> None:
    assert offences(files_of(".css"), rules.physical_styles) == []


def test_direction_marks_are_written_as_escapes() -> None:
    texts = files_of(".py", ".js", ".mjs", ".css", ".html", ".toml", ".md")
    sources = [path for path in texts if "data" not in path.parts]
    assert offences(sources, rules.raw_bidi_controls) == []


@pytest.mark.parametrize("rule", [rules.registry_hosts, rules.machine_paths], ids=["registries", "folders"])
def test_no_file_names_the_place_where_it_was_made(rule: Rule) -> None:
    binary = {".mo", ".png", ".ico", ".woff2", ".gz", ".pdf", ".webp"}
    assert offences((path for path in own_files() if path.suffix not in binary), rule) == []


# -- the rules themselves ------------------------------------------------------------------------------------

SAMPLES: list[tuple[Rule, str, str]] = [
    (functools.partial(rules.longer_than, 2), "1\n2\n3\n", "1\n2\n"),
    (rules.long_functions, "def f():\n" + " x\n" * 30, 'def f():\n """1\n2\n3"""\n' + " x\n" * 29),
    (rules.vague_name, "accounts/utils.py", "accounts/tokens.py"),
    (rules.vague_name, "accounts/helpers/tokens.py", "accounts/helpful.py"),
    (rules.broad_excepts, "try: f()\nexcept: pass", "try: f()\nexcept ValueError: pass"),
    (rules.broad_excepts, "try: f()\nexcept (E, Exception): pass", "try: f()\nexcept Exception:\n raise"),
    (rules.async_queries, "await User.objects.aget(pk=1)", "await cache.aget('key')"),
    (rules.async_queries, "[u async for u in rows.filter(a=1)]", "[piece async for piece in stream]"),
    (rules.manager_uses, "User.objects.get(pk=1)", "access.get_user(pk=1)"),
    (rules.system_scopes, "with tenancy.system_scope('x'): pass", "with tenant_scope(organization_id): pass"),
    (rules.environment_reads, "port = os.environ['PORT']", "os.environ.setdefault('A', 'b')"),
    (rules.inline_code, '<a href="#" onclick="go()">', '<script type="module" src="main.js"></script>'),
    (rules.inline_code, '<p style="color: red">', '<p class="style" data-on="x">'),
    (rules.inline_code, "<style>p {}</style>", '<link rel="stylesheet" href="p.css">'),
    (rules.physical_styles, "p { margin-left: 1px }", "p { margin-inline-start: 1px }"),
    (rules.physical_styles, "p { text-align: right }", "p { text-align: end } /* not right: 1 */"),
    (rules.raw_bidi_controls, "isolate = '\u2068'", r"isolate = '\u2068'"),
    (rules.registry_hosts, "see https://" + "pypi" + ".org/simple", "see the package registry"),
    (rules.machine_paths, "path = '/" + "work/main'", "path = 'docs/work/main'"),
]


@pytest.mark.parametrize(("rule", "bad", "good"), SAMPLES)
def test_each_rule_finds_its_offence_and_nothing_else(rule: Rule, bad: str, good: str) -> None:
    assert rule(bad)
    assert rule(good) == []


def test_settings_are_found_by_how_they_are_read_and_documented() -> None:
    assert rules.settings_names('A = env.text("AB", "x")\nB = text("B")\nC = env.words(name)') == {"AB"}
    assert documented_settings("| `AB`, `C_2` | `DE` |\n|---|---|\ntext `FG`") == {"AB", "C_2"}
