"""The product with PgBouncer before PostgreSQL, which lends a connection for one transaction."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
import pytest

from bench.faults.people import found_organization
from bench.faults.product import Product
from bench.faults.waiting import until
from config.services import Patience, database
from tests.real_servers import stack_setting
from tests.stack.balancers import free_ports
from tests.stack.databases import own_database
from tools.stack.errors import StackError
from tools.stack.packages import find, has, need
from tools.stack.ports import is_free
from tools.stack.postgres import as_owner

pytestmark = pytest.mark.stack
LENT = 4  # fewer than one process holds
CONFIGURATION = """\
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = plain
auth_file = {people}
pool_mode = transaction
default_pool_size = {lent}
max_client_conn = 100
"""


@pytest.fixture(scope="module")
def pooler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the database's URL by way of PgBouncer."""
    try:
        need({"pgbouncer": has("pgbouncer")})
    except StackError as error:
        pytest.skip(str(error))
    behind, (own,) = urlsplit(stack_setting("DATABASE_URL")), free_ports(1)
    folder = tmp_path_factory.mktemp("pgbouncer")
    people, configuration = folder / "people", folder / "pgbouncer.ini"
    people.write_text(f'"{behind.username}" "{behind.password}"\n', encoding="utf-8")
    configuration.write_text(
        CONFIGURATION.format(host=behind.hostname, port=behind.port, own=own, people=people, lent=LENT),
        encoding="utf-8",
    )
    login = behind.netloc.rpartition("@")[0]
    with subprocess.Popen(as_owner([find("pgbouncer"), "-q", str(configuration)])) as process:
        until(lambda: not is_free(own), what="PgBouncer listens")
        yield urlunsplit(behind._replace(netloc=f"{login}@127.0.0.1:{own}"))
        process.terminate()


@pytest.fixture
def url(pooler: str) -> Iterator[str]:
    with own_database(pooler) as found:
        yield found


def test_the_whole_product_works_with_few_connections_of_the_server(url: str, tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": url,
        "DATABASE_POOLER": "true",
        "DEMO": "false",
        "EMBEDDINGS_BACKEND": "lexical",
        "REGISTRATION": "open",
    }
    with Product(tmp_path / "home", settings, replicas=1, without=("worker", "beat", "relay")) as product:
        (address,) = product.addresses
        person = found_organization(address, "אופק")  # its documents were indexed: the outbox works, too
        with httpx.Client(base_url=address, headers=person.headers, timeout=60) as client:
            answer = (
                client.post("/chat", json={"prompt": "כמה ימי חופשה מגיעים בשנה?"}).raise_for_status().json()
            )
            kept = client.get("/api/v1/conversations").raise_for_status().json()["results"]
        assert (answer["status"], len(kept)) == ("complete", 1)
        assert 0 < sessions_of(url) <= LENT


def sessions_of(url: str) -> int:
    """Return how many connections of the server there are to the database."""
    with psycopg.connect(stack_setting("DATABASE_URL")) as server:
        counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        row = server.execute(counted, [urlsplit(url).path[1:]]).fetchone()
    return int(row[0]) if row else 0


def test_limits_of_ours_would_be_refused_so_they_are_not_sent(url: str, tmp_path: Path) -> None:
    def connect(*, pooler: bool) -> None:
        made = database(url, home=tmp_path, connections=1, patience=Patience(statement=30), pooler=pooler)
        options = {name: value for name, value in made["OPTIONS"].items() if name != "pool"}
        psycopg.connect(url, **options).close()

    connect(pooler=True)
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        connect(pooler=False)
