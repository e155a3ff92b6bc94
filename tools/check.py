"""Everything `make check` looks at, two steps at a time; with --write, let the formatters write instead.

Each step is a command of its own. All of them run even when one fails; the output of those that failed is
shown, and the exit code says whether any did. Names choose steps: `check ruff mypy`.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools import node

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent
NOT_OURS = {".git", ".venv", "node_modules", "var"}
AT_ONCE = 2
BROWSER_STEPS = {"eslint", "stylelint", "prettier", "node-test"}


@dataclass(frozen=True, slots=True)
class Step:
    """One command, run in the project's folder with a few variables of its own."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)


def python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def script(name: str, *arguments: str) -> list[str]:
    """Return the command of a program that has no module to run."""
    return [shutil.which(name, path=str(SCRIPTS)) or name, *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def files(pattern: str) -> list[str]:
    """Return the project's own files that match, relative to its folder."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in NOT_OURS]
    found = [*ROOT.glob(pattern), *(path for folder in folders for path in folder.rglob(pattern))]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def templates() -> list[str]:
    return [name for name in files("*.html") if "templates/" in name]


# -- Python and templates ------------------------------------------------------------------------------------


def code_steps(*, write: bool) -> Iterator[Step]:
    only_look = [] if write else ["--check"]
    sources = [name for name in files("*.py") if "/migrations/" not in name]
    yield Step("django-upgrade", python("django_upgrade", "--target-version=5.2", *only_look, *sources))
    yield Step("ruff", python("ruff", "check", "--quiet", *(["--fix"] if write else []), "."))
    yield Step("ruff-format", python("ruff", "format", "--quiet", *only_look, "."))
    yield Step("djade", script("djade", "--target-version=5.2", *only_look, *templates()))
    yield Step("djhtml", python("djhtml", "--tabwidth=2", *only_look, *templates()))
    if write:
        return
    yield Step("djlint", python("djlint", "--lint", "--quiet", *templates()))
    yield Step("mypy", python("mypy", "--no-error-summary", "."))
    yield Step("architecture", script("lint-imports", "--no-logo", "--no-cache"))
    yield Step("messages", python("tools.messages", "check"))


def production_settings() -> dict[str, str]:
    """Return settings that the deployment checks find nothing wrong with; the services need not run."""
    password = secrets.token_urlsafe(24)
    return {
        "PRODUCTION": "true",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SIGNING_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "chat.example.org",
        "ALLOWED_ORIGINS": "https://chat.example.org",
        "TRUSTED_PROXIES": "1",
        "DATABASE_URL": f"postgresql://sicha:{password}@postgres:5432/sicha",
        "REDIS_URL": f"redis://:{password}@redis:6379/0",
        "CELERY_BROKER_URL": f"redis://:{password}@redis:6379/1",
        "S3_ENDPOINT_URL": "http://minio:9000",
        "S3_ACCESS_KEY": "sicha",
        "S3_SECRET_KEY": password,
        "WEAVIATE_URL": "http://weaviate:8080",
        "WEAVIATE_API_KEY": password,
        "EMAIL_URL": "smtp://mail.example.org:587?tls=true",
        "DEFAULT_FROM_EMAIL": "sicha@example.org",
    }


def django_steps(home: Path) -> Iterator[Step]:
    """Migrations and deployment checks, with a scratch home and the settings of a production server."""
    production = {"SICHA_HOME": str(home / "production"), **production_settings()}
    dry_run = manage("makemigrations", "--check", "--dry-run")
    yield Step("migrations", dry_run, {"SICHA_HOME": str(home / "migrations")})
    yield Step(
        "system-check", manage("check", "--fail-level=WARNING"), {"SICHA_HOME": str(home / "embedded")}
    )
    yield Step("deployment", manage("check", "--deploy", "--fail-level=WARNING"), production)


# -- style sheets and browser modules ------------------------------------------------------------------------


def node_program() -> str:
    """Return Node, once the packages of package-lock.json are in place."""
    found = node.programs(sys.executable)
    if found is None:
        raise SystemExit("There is no Node: python3 bootstrap.py setup")
    program, npm = found
    if not node.is_installed(development=True):
        print("installing the packages of package-lock.json", flush=True)
        if problem := node.install(npm, development=True):
            raise SystemExit(problem)
    return program


def browser_steps(program: str, *, write: bool) -> Iterator[Step]:
    modules, tests = "node_modules", [*files("*.test.js"), *files("*.test.mjs")]
    fix = ["--fix"] if write else []
    yield Step("eslint", [program, f"{modules}/eslint/bin/eslint.js", *fix, "."])
    yield Step("stylelint", [program, f"{modules}/stylelint/bin/stylelint.mjs", *fix, "static/**/*.css"])
    yield Step(
        "prettier", [program, f"{modules}/prettier/bin/prettier.cjs", "--write" if write else "--check", "."]
    )
    if tests and not write:
        yield Step("node-test", [program, "--test", *tests])


# -- the run -------------------------------------------------------------------------------------------------


def passes(step: Step) -> bool:
    """Run the step, print one line about it, and all it said when it failed."""
    started = time.monotonic()
    result = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**os.environ, **step.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    good = result.returncode == 0
    said = f"{'ok  ' if good else 'FAIL'} {step.name} ({time.monotonic() - started:.1f} s)\n"
    print(said if good else f"{said}{result.stdout}\n", end="", flush=True)
    return good


def steps(home: Path, names: set[str], *, write: bool) -> Iterator[Step]:
    """Yield the steps with these names, or all of them."""
    found = [*code_steps(write=write), *([] if write else django_steps(home))]
    yield from (step for step in found if not names or step.name in names)
    if names and not names & BROWSER_STEPS:
        return
    program = node_program()
    yield from (step for step in browser_steps(program, write=write) if not names or step.name in names)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="let the formatters change files")
    parser.add_argument("names", nargs="*", help="only these steps")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sicha-check-") as home:
        chosen = steps(Path(home), set(options.names), write=options.write)
        # Formatters write to the same files, one after another.
        with ThreadPoolExecutor(1 if options.write else AT_ONCE) as pool:
            results = list(pool.map(lambda step: (step.name, passes(step)), chosen))
    failed = [name for name, good in results if not good]
    if options.write:
        return 0  # formatters also exit with 1 to say that they changed something
    print(f"failed: {', '.join(failed)}" if failed else f"{len(results)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
