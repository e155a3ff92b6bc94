"""`make stack-down` waits for the slowest server of a stage, not for one after the other."""

import os
import socket
import sys
from pathlib import Path

import pytest

from tools.stack.__main__ import down
from tools.stack.server import Launch, Place, Server
from tools.stack.stack import Stack

# Asked to end, it says so, and ends when the other one has been asked as well.
PROGRAM = """
import pathlib, signal, socket, sys, time
def end(*_):
    pathlib.Path("asked").touch()
    while len(list(pathlib.Path("..").glob("*/asked"))) < 2:
        time.sleep(0.02)
    sys.exit()
signal.signal(signal.SIGTERM, end)
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""


class First(Server):
    name = "first"
    ports = {"main": 24341}
    errors = (OSError,)

    def install(self, cache: Path) -> None:
        """Nothing is missing."""

    def launch(self, place: Place) -> Launch:
        return Launch([sys.executable, "-c", PROGRAM, str(place.port())], os.environ)

    def check(self, place: Place) -> None:
        socket.create_connection(("127.0.0.1", place.port()), timeout=1).close()


class Second(First):
    name = "second"
    ports = {"main": 24342}


def test_all_servers_of_a_stage_are_asked_to_end_at_the_same_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    servers = [First(), Second()]
    stack = Stack(servers, home=tmp_path / "home", cache=tmp_path / "cache")
    for server in servers:
        stack.settle(stack.start(server))
    assert down(stack, []) == 0
    assert capsys.readouterr().out.split() == ["first", "ended", "second", "ended"]
