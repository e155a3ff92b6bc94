"""PostgreSQL from the operating system's package, with a cluster of our own in the state folder.

It refuses to run as root, so root starts it as the user that the package made.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from psycopg import sql

from tools.stack.errors import StackError
from tools.stack.folders import write_private
from tools.stack.packages import find, has, need
from tools.stack.server import Launch, Place, Server

USER = "postgres"
ROLE = DATABASE = "sicha"
# Lets the other user through folders of root on the way to its own; it may write nothing more for it.
THROUGH = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
logging_collector = off
log_line_prefix = '%m [%p] '
"""


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs; Debian keeps most of them off the path."""
    homes = sorted(Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=_version, reverse=True)
    found = next((str(home / name) for home in homes if (home / name).exists()), "")
    return found or find(name)


def _version(home: Path) -> int:
    digits = re.match(r"\d+", home.parent.name)
    return int(digits.group()) if digits else 0


def as_owner(command: Sequence[str]) -> list[str]:
    """Return the command as a user who may run PostgreSQL: for root, the package's own."""
    if os.geteuid() != 0:
        return list(command)
    change = (f"--reuid={USER}", f"--regid={USER}", "--init-groups", *THROUGH)
    return [find("setpriv"), *change, *command]


class PostgresServer(Server):
    name = "postgres"
    ports = {"postgres": 25432}
    secrets = ("postgres", "postgres_admin")
    errors = (psycopg.Error,)
    stop_signal = signal.SIGINT  # SIGTERM would wait for the clients to leave

    def install(self, cache: Path) -> None:
        del cache
        need({"postgresql": lambda: bool(program("initdb")), "util-linux": has("setpriv")})

    def prepare(self, place: Place) -> None:
        if not (place.data / "PG_VERSION").exists():
            self._create(place)
        # Read again at every start: the port may have changed.
        (place.data / "stack.conf").write_text(CONFIGURATION.format(port=place.port()), encoding="utf-8")
        self._give(place.data / "stack.conf")

    def _create(self, place: Place) -> None:
        """Make the cluster in a folder beside, and move it into place when it is whole."""
        draft = place.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        secret = place.folder / "password"
        write_private(secret, place.secrets["postgres_admin"])
        self._give(draft)
        self._give(secret)
        options = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}")
        command = as_owner([program("initdb"), "-D", str(draft), "-U", USER, *options])
        try:
            made = subprocess.run(command, cwd=draft, capture_output=True, text=True, check=False)
        finally:
            secret.unlink()
        if made.returncode:
            raise StackError("\n".join(["initdb failed:", *(made.stdout + made.stderr).splitlines()[-10:]]))
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("include_if_exists = 'stack.conf'\n")
        draft.rename(place.data)

    @staticmethod
    def _give(path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, USER, USER)

    def launch(self, place: Place) -> Launch:
        return Launch(as_owner([program("postgres"), "-D", str(place.data)]), os.environ)

    def check(self, place: Place) -> None:
        with self._connect(place) as connection:
            connection.execute("SELECT 1")

    def finish(self, place: Place) -> None:
        """Make the product's role, which may create databases for tests, and its database."""
        password = sql.Literal(place.secrets["postgres"])
        with self._connect(place) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(ROLE), password
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE)
                    )
                )

    def _connect(self, place: Place) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=place.port(),
            user=USER,
            password=place.secrets["postgres_admin"],
            dbname="postgres",
            connect_timeout=3,
            autocommit=True,
        )

    def settings(self, place: Place) -> Mapping[str, str]:
        who = f"{ROLE}:{place.secrets['postgres']}"
        return {"DATABASE_URL": f"postgresql://{who}@127.0.0.1:{place.port()}/{DATABASE}"}
