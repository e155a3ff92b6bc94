"""The image and the compose file: pinned, unprivileged, complete, and without a secret in them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tools.stack import neo4j, ollama, weaviate

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE_FILE = (ROOT / "docker-compose.production.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_FILE)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
REPLICAS = ["replica-1", "replica-2", "replica-3"]
PRODUCT = [*REPLICAS, "worker", "beat"]
ONCE = {"secrets", "model"}


@pytest.fixture(scope="module")
def secrets_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    make_secrets(folder)
    return folder


def make_secrets(folder: Path) -> None:
    environment = {**os.environ, "SECRETS_FOLDER": str(folder), "SICHA_HOST": "chat.example.org"}
    subprocess.run([sys.executable, "deploy/compose/make_secrets.py"], cwd=ROOT, env=environment, check=True)


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


# -- the compose file ----------------------------------------------------------------------------------------


def with_defaults(compose: str) -> str:
    """Return the file as Compose reads it where no variable is set, its anchors resolved."""
    return json.dumps(yaml.safe_load(re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", compose)))


def test_it_is_what_the_compose_specification_allows() -> None:
    parsed = PyCompose.from_json(with_defaults(COMPOSE_FILE))
    assert set(parsed.service_names()) == set(SERVICES)
    parsed.validate()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("restart:", "restrat:"),
        ("interval: 5s", "interval: 5 seconds"),
        ("service_healthy", "service_is_healthy"),
        ("shm_size: 256mb", "shm_size: much"),
    ],
)
def test_the_specification_finds_a_mistake(right: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"line 1 column"):
        PyCompose.from_json(with_defaults(COMPOSE_FILE.replace(right, wrong)))


@pytest.mark.parametrize(
    ("service", "version"),
    [
        ("weaviate", weaviate.PROGRAM.version.removeprefix("v")),
        ("neo4j", neo4j.VERSION),
        ("ollama", ollama.PROGRAM.version.removeprefix("v")),
    ],
)
def test_a_service_has_the_version_that_the_tests_run_on(service: str, version: str) -> None:
    assert SERVICES[service]["image"].rpartition(":")[2] == version


def test_everything_of_the_production_topology_is_there() -> None:
    services = {"nginx", "postgres", "redis", "minio", "weaviate", "neo4j", "ollama"}
    assert set(SERVICES) == {*PRODUCT, *services, *ONCE}


@pytest.mark.parametrize("name", SERVICES)
def test_its_image_has_an_exact_version(name: str) -> None:
    _image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.search(r"\d+\.\d+\.\d+|\d+\.\d+-|RELEASE\.\d{4}", tag)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_it_is_watched_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", [*PRODUCT, "nginx"])
def test_it_can_change_nothing_and_gain_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service
    assert not service.get("privileged")


@pytest.mark.parametrize("name", SERVICES)
def test_what_it_waits_for_and_keeps_exists(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        assert (wait["condition"] == "service_healthy") == (other not in ONCE)
    for volume in SERVICES[name].get("volumes", []):
        place = volume.split(":")[0]
        assert place in COMPOSE["volumes"] or (ROOT / place).exists()


def test_no_secret_and_no_env_file_is_in_it() -> None:
    for service in SERVICES.values():
        assert "env_file" not in service
        for name, value in service.get("environment", {}).items():
            is_secret = re.search(r"PASSWORD|SECRET|(?<!TLS)_KEY|DATABASE_URL|REDIS_URL|BROKER_URL", name)
            assert not is_secret or name.endswith(("_FILE", "_KEYS")), (name, value)


def test_only_nginx_is_open_to_the_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]


@pytest.mark.parametrize("name", PRODUCT)
def test_its_settings_are_settings_of_the_product(name: str) -> None:
    for setting in SERVICES[name]["environment"]:
        assert f"`{setting.removesuffix('_FILE')}`" in README, setting


@pytest.mark.parametrize("name", PRODUCT)
def test_every_secret_it_reads_is_made(name: str, secrets_folder: Path) -> None:
    read = [value for key, value in SERVICES[name]["environment"].items() if key.endswith("_FILE")]
    made = {f"/run/sicha/{path.name}" for path in (secrets_folder / "app").iterdir()}
    assert set(read) == made


@pytest.mark.parametrize("name", ["postgres", "redis", "minio", "weaviate", "neo4j"])
def test_a_service_sees_its_own_secrets_only(name: str, secrets_folder: Path) -> None:
    volumes = [volume for volume in SERVICES[name]["volumes"] if volume.startswith("secrets")]
    assert volumes == [f"secrets-{name}:/run/secret:ro"]
    assert f"secrets-{name}:/secrets/{name}" in SERVICES["secrets"]["volumes"]
    asked = re.findall(r"/run/secret/([\w.]+)", str(SERVICES[name]))
    assert set(asked) == {path.name for path in (secrets_folder / name).iterdir()}


def test_nginx_is_told_everything_its_templates_ask_for() -> None:
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "deploy/nginx").iterdir()]
    asked = {blank for text in templates for blank in re.findall(r"\$\{([A-Z0-9_]+)\}", text)}
    assert asked <= set(SERVICES["nginx"]["environment"])


# -- the secrets ---------------------------------------------------------------------------------------------


def test_secrets_differ_from_each_other_and_stay(secrets_folder: Path) -> None:
    before = contents(secrets_folder)
    generated = [text for name, text in before.items() if name.startswith("all/")]
    assert len(set(generated)) == len(generated) == 8
    assert all(re.fullmatch(r"[0-9a-f]{48}", text) for text in generated)
    make_secrets(secrets_folder)
    assert contents(secrets_folder) == before


def test_the_first_certificate_is_for_the_host(secrets_folder: Path) -> None:
    folder = secrets_folder / "certificates"
    certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["chat.example.org"]
    key = load_pem_private_key((folder / "key.pem").read_bytes(), password=None)
    assert key.public_key() == certificate.public_key()


# -- the image -----------------------------------------------------------------------------------------------


def test_the_image_is_made_in_stages_and_runs_as_nobody_special() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert DOCKERFILE.count("\nFROM ") > 1
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE)
    assert "pip install" not in last


def test_the_image_gets_every_part_of_the_product() -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    parts = {path.parent.name for path in ROOT.glob("*/apps.py")} | {
        "manage.py",
        "templates",
        "static",
        "locale",
    }
    assert kept[0] == "*"
    assert {f"!{part}" for part in parts} <= set(kept)
