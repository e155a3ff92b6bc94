"""The tool behind `make stack`: what it starts it knows again, and nothing else is touched."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests import real_servers
from tools.stack import builds, ports, processes
from tools.stack.__main__ import GROUPS, SERVERS
from tools.stack.credentials import secrets_of, write_settings
from tools.stack.errors import StackError
from tools.stack.folders import write_private
from tools.stack.packages import need
from tools.stack.processes import Process
from tools.stack.records import Record, Records
from tools.stack.server import Launch, Place, Server
from tools.stack.stack import Stack

PROGRAM = """
import signal, socket, sys, time
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[2] == "broken":
    sys.exit("the disk is full")
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    server.accept()[0].close()
"""


class Echo(Server):
    """A server of a few lines that stands for the real ones."""

    name = "echo"
    ports = {"echo": 24321}
    secrets = ("echo",)
    errors = (OSError,)
    patience = 20
    stop_patience = 0.5

    def __init__(self, manner: str = "") -> None:
        self.manner = manner
        self.finished = 0

    def install(self, cache: Path) -> None:
        (cache / "echo.py").write_text(PROGRAM, encoding="utf-8")

    def launch(self, place: Place) -> Launch:
        program = str(place.cache / "echo.py")
        return Launch([sys.executable, program, str(place.port()), self.manner], os.environ)

    def check(self, place: Place) -> None:
        socket.create_connection(("127.0.0.1", place.port()), timeout=1).close()

    def finish(self, place: Place) -> None:
        del place
        self.finished += 1

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"ECHO_URL": f"echo://{place.secrets['echo']}@127.0.0.1:{place.port()}"}


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def stack(echo: Echo, tmp_path: Path) -> Iterator[Stack]:
    made = Stack([echo], home=tmp_path / "home", cache=tmp_path / "cache")
    made.install(echo)
    yield made
    made.stop(echo)


@pytest.fixture
def records(stack: Stack, tmp_path: Path) -> Records:
    return Records(tmp_path / "home")


@pytest.fixture
def stranger() -> Iterator[Process]:
    """A process that the stack did not start."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        yield Process(child.pid, processes.began(child.pid))
        child.kill()


def up(stack: Stack, server: Server) -> processes.Process:
    started = stack.start(server)
    stack.settle(started)
    return started.process


# -- whose process it is -------------------------------------------------------------------------------------


def test_a_process_is_known_by_pid_and_start(stranger: Process) -> None:
    assert processes.is_alive(stranger)
    assert not processes.is_alive(replace(stranger, began="another-boot/1"))


def test_a_process_that_is_gone_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        gone = Process(child.pid, processes.began(child.pid))
    assert not processes.is_alive(gone)


def test_a_reused_pid_is_neither_signalled_nor_killed(stranger: Process) -> None:
    former = replace(stranger, began="another-boot/1")
    processes.send([former], signal.SIGKILL)
    processes.kill(former)
    assert processes.end(former)
    assert processes.is_alive(stranger)


def test_taking_down_leaves_a_process_that_only_has_the_remembered_pid(
    stack: Stack, echo: Echo, records: Records, stranger: Process
) -> None:
    records.write("echo", Record({"echo": 24321}, replace(stranger, began="another-boot/1"), wanted=True))
    assert (stack.stop(echo), stack.kill(echo)) == ("not running", "not running")
    assert processes.is_alive(stranger)


@pytest.mark.parametrize("record", [{}, {"pid": 1, "began": "x"}, {"pid": 7}, {"pid": "7", "began": "x"}])
def test_a_record_that_cannot_be_trusted_names_no_process(record: dict[str, object]) -> None:
    assert processes.process_of(record) is None


# -- up, again, down -----------------------------------------------------------------------------------------


def test_starting_twice_starts_once(stack: Stack, echo: Echo) -> None:
    first, second = up(stack, echo), stack.start(echo)
    assert (second.process, second.fresh) == (first, False)


def test_what_was_started_is_known_to_another_run(stack: Stack, echo: Echo, tmp_path: Path) -> None:
    process = up(stack, echo)
    again = Stack([echo], home=tmp_path / "home", cache=tmp_path / "cache")
    assert again.is_running(echo)
    assert again.stop(echo) == "ended"
    assert not processes.is_alive(process)


def test_after_a_kill_it_starts_again_on_the_same_port(stack: Stack, echo: Echo) -> None:
    first = up(stack, echo)
    port = stack.place(echo).port()
    assert stack.kill(echo) == "killed"
    assert stack.status(echo).startswith("down")
    second = up(stack, echo)
    assert (second == first, stack.place(echo).port(), stack.status(echo)) == (False, port, "ready")


def test_one_that_does_not_listen_to_a_request_to_end_is_killed(stack: Stack, echo: Echo) -> None:
    echo.manner = "stubborn"
    process = up(stack, echo)
    assert stack.stop(echo).startswith("killed")
    assert not processes.is_alive(process)


def test_one_that_fails_is_named_with_the_end_of_its_log(stack: Stack, echo: Echo) -> None:
    echo.manner = "broken"
    with pytest.raises(StackError, match=r"(?s)echo ended by itself.*the disk is full"):
        up(stack, echo)
    assert echo.finished == 0


def test_one_that_does_not_answer_in_its_time_is_an_error(
    stack: Stack, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(place: Place) -> None:
        raise OSError("not yet")

    monkeypatch.setattr(echo, "check", refuse)
    monkeypatch.setattr(echo, "patience", 0)
    with pytest.raises(StackError, match="echo does not answer after 0 s: not yet"):
        up(stack, echo)


def test_settings_are_those_of_servers_started_and_not_taken_down(stack: Stack, echo: Echo) -> None:
    up(stack, echo)
    stack.kill(echo)
    stack.write_settings()
    assert "ECHO_URL=echo://" in stack.settings_file.read_text()
    stack.stop(echo)
    stack.write_settings()
    assert "ECHO_URL" not in stack.settings_file.read_text()


def test_an_unknown_name_is_an_error_that_lists_the_known_ones(stack: Stack) -> None:
    with pytest.raises(StackError, match=r"Unknown: mongo\. There are: echo"):
        stack.chosen(["mongo"])


# -- ports ---------------------------------------------------------------------------------------------------


def test_a_port_that_is_held_is_given_to_nobody_else() -> None:
    numbers = range(18380, 18400)
    with ports.held(numbers) as first, ports.held(numbers) as second:
        assert first != second
    with ports.held(numbers) as again:
        assert again == first


def free_but(*taken: int) -> Callable[[int], bool]:
    return lambda port: port not in taken


def test_the_usual_port_is_taken_when_it_is_free() -> None:
    assert ports.choose({"a": 7000, "b": 7000}, {}, (), free_but()) == {"a": 7000, "b": 7001}


def test_a_remembered_port_comes_first_and_one_of_others_is_passed_over() -> None:
    assert ports.choose({"a": 7000}, {"a": 7005}, (), free_but()) == {"a": 7005}
    assert ports.choose({"a": 7000}, {}, {7001}, free_but(7000)) == {"a": 7002}


# -- secrets and builds --------------------------------------------------------------------------------------


def test_secrets_stay_the_same_and_are_the_owners_only(tmp_path: Path) -> None:
    first = secrets_of(tmp_path, ["a"])
    both = secrets_of(tmp_path, ["a", "b"])
    assert both["a"] == first["a"] != both["b"]
    assert len(both["a"]) == 48
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_the_settings_file_is_private_and_read_by_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stack.env"
    write_settings(path, {"REDIS_URL": "redis://:a=b@127.0.0.1:1/0", "A": "1"})
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("SICHA_STACK_HOME", str(tmp_path))
    read = real_servers.settings_of_the_stack.__wrapped__()
    assert read == {"REDIS_URL": "redis://:a=b@127.0.0.1:1/0", "A": "1"}


def test_settings_that_did_not_change_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "stack.env"
    write_settings(path, {"A": "1"})
    before = path.stat().st_ino
    write_settings(path, {"A": "1"})
    assert path.stat().st_ino == before


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")
    assert [path.read_text(), list(tmp_path.iterdir())] == ["old", [path]]


def test_a_build_is_made_once(tmp_path: Path) -> None:
    made: list[Path] = []
    for _ in range(2):
        builds.once(tmp_path / "tool-1", made.append)
    assert (len(made), [path.name for path in tmp_path.iterdir()]) == (1, ["tool-1"])


def test_a_half_finished_build_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    def fail(draft: Path) -> None:
        (draft / "half").touch()
        raise StackError("no space")

    (tmp_path / ".tool-1-draft-of-one-that-was-killed").mkdir()
    with pytest.raises(StackError, match="no space"):
        builds.once(tmp_path / "tool-1", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_shows_its_last_words() -> None:
    with pytest.raises(StackError, match="out of memory"):
        builds.run([sys.executable, "-c", "import sys; sys.exit('out of memory')"], os.environ)


def test_a_missing_package_is_named_to_who_may_not_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(StackError, match="sudo apt-get install nothing-like-it"):
        need({"nothing-like-it": lambda: False, "here": lambda: True})


def test_no_two_servers_want_the_same_port_or_name() -> None:
    wanted = [port for server in SERVERS for port in server.ports.values()]
    assert len(wanted) == len(set(wanted))
    names = [server.name for server in SERVERS]
    assert len(names) == len(set(names))
    assert set(names) == {*GROUPS["services"], *GROUPS["product"]}
