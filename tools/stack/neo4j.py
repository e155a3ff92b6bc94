"""Neo4j Community: its libraries by Maven, started by a launcher of our own, with a generated password."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from tools.stack.builds import once, run
from tools.stack.packages import find, has, need
from tools.stack.server import Launch, Place, Server

VERSION = "5.26.0"
LAUNCHER = Path(__file__).with_name("Neo4jServer.java")
# What a new database begins with, until the first connection changes it.
USER = FIRST_PASSWORD = "neo4j"  # noqa: S105  everybody knows it
CHANGE: LiteralString = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.lang")
PROJECT = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sicha</groupId><artifactId>stack-neo4j</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version></dependency>
  </dependencies>
</project>
"""


class Neo4jServer(Server):
    name = "neo4j"
    ports = {"bolt": 27687}
    secrets = ("neo4j",)
    errors = (DriverError, Neo4jError, OSError)
    patience = 240
    stop_patience = 40

    def install(self, cache: Path) -> None:
        need({"openjdk-17-jdk-headless": has("javac")})
        once(_libraries(cache), self._fetch)

    @staticmethod
    def _fetch(draft: Path) -> None:
        need({"maven": has("mvn")})
        print(f"  fetching the libraries of neo4j {VERSION}: once, a minute or two", flush=True)
        (draft / "pom.xml").write_text(PROJECT, encoding="utf-8")
        options = ("-q", "-B", "-DincludeScope=runtime", f"-DoutputDirectory={draft}")
        goal = "dependency:copy-dependencies"
        run(["nice", "-n", "15", find("mvn"), goal, *options], os.environ, folder=draft)

    def launch(self, place: Place) -> Launch:
        opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
        memory = ["-Xms128m", "-Xmx512m"]
        libraries = ["-cp", f"{_libraries(place.cache)}/*"]
        program = [str(LAUNCHER), str(place.data), str(place.port())]
        return Launch([find("java"), *memory, *opened, *libraries, *program], os.environ)

    def check(self, place: Place) -> None:
        """Ask with our password; a new database gets it here, in the place of the one everybody knows."""
        try:
            _ask(place, place.secrets["neo4j"])
        except AuthError:
            with _driver(place, FIRST_PASSWORD) as driver:
                driver.execute_query(
                    CHANGE, old=FIRST_PASSWORD, new=place.secrets["neo4j"], database_="system"
                )
            _ask(place, place.secrets["neo4j"])

    def settings(self, place: Place) -> Mapping[str, str]:
        return {
            "NEO4J_URI": f"bolt://127.0.0.1:{place.port()}",
            "NEO4J_USER": USER,
            "NEO4J_PASSWORD": place.secrets["neo4j"],
        }


def _libraries(cache: Path) -> Path:
    return cache / f"neo4j-{VERSION}"


def _ask(place: Place, password: str) -> None:
    with _driver(place, password) as driver:
        driver.execute_query("RETURN 1", database_="neo4j")


def _driver(place: Place, password: str) -> Driver:
    return GraphDatabase.driver(
        f"bolt://127.0.0.1:{place.port()}",
        auth=(USER, password),
        connection_timeout=3,
        max_transaction_retry_time=0,
    )
