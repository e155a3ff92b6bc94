"""The commands of the stack.

up [NAME...]       get, start and wait for the servers; for no name, all services (`make stack`)
down [NAME...]     end exactly those that were started here (`make stack-down`)
restart NAME...    kill -9 and start again: same data, same ports
kill NAME...       kill -9
status [NAME...]   what runs and answers; the exit code says whether all do
install [NAME...]  only get or build the programs

Names of groups: services, replicas, workers, balancers; and product for the last three.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tools.stack.errors import StackError
from tools.stack.folders import cache_folder, state_folder
from tools.stack.minio import MinioServer
from tools.stack.neo4j import Neo4jServer
from tools.stack.ollama import OllamaServer
from tools.stack.postgres import PostgresServer
from tools.stack.product import Beat, FirstReplica, SecondReplica, ThirdReplica, Worker
from tools.stack.proxies import HaproxyServer, NginxServer
from tools.stack.redis import RedisServer
from tools.stack.server import Server
from tools.stack.stack import Stack, Started
from tools.stack.weaviate import WeaviateServer

SERVERS: tuple[type[Server], ...] = (
    PostgresServer,
    RedisServer,
    MinioServer,
    WeaviateServer,
    Neo4jServer,
    OllamaServer,
    FirstReplica,
    SecondReplica,
    ThirdReplica,
    Worker,
    Beat,
    NginxServer,
    HaproxyServer,
)
GROUPS = {
    "services": [server.name for server in SERVERS if server.stage == 0],
    "replicas": ["replica-1", "replica-2", "replica-3"],
    "workers": ["worker", "beat"],
    "balancers": ["nginx", "haproxy"],
    "product": [server.name for server in SERVERS if server.stage > 0],
}


def say(name: str, text: str) -> None:
    print(f"{name:<10} {text}", flush=True)


def complain(error: StackError) -> None:
    print(f"\n{error}\n", file=sys.stderr, flush=True)


def up(stack: Stack, names: Sequence[str]) -> int:
    """Start a stage, then wait: its servers boot together. One that fails does not stop the others."""
    failed: list[str] = []
    chosen = stack.chosen(names or GROUPS["services"])
    for stage in sorted({server.stage for server in chosen}):
        failed += _up_stage(stack, [server for server in chosen if server.stage == stage])
        stack.write_settings()
    print(f"\nSettings for the product: {stack.settings_file}", flush=True)
    if failed:
        print(f"Failed: {' '.join(failed)}", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _up_stage(stack: Stack, servers: Sequence[Server]) -> list[str]:
    """Return the names of those that failed."""
    begun = {server.name: _begin(stack, server) for server in servers}
    return [name for name, one in begun.items() if one is None or not _settle(stack, one)]


def _begin(stack: Stack, server: Server) -> Started | None:
    try:
        if not stack.is_running(server):
            stack.install(server)
        return stack.start(server)
    except StackError as error:
        say(server.name, "failed")
        complain(error)
        return None


def _settle(stack: Stack, begun: Started) -> bool:
    since = time.monotonic()
    try:
        stack.settle(begun)
    except StackError as error:
        say(begun.server.name, "failed")
        complain(error)
        return False
    address = begun.server.address(stack.place(begun.server))
    how = f"ready, waited {time.monotonic() - since:.1f} s" if begun.fresh else "was running"
    say(begun.server.name, f"{address:<32} {how}")
    return True


def down(stack: Stack, names: Sequence[str]) -> int:
    """End the stages from the last to the first; those of one stage at the same time."""
    chosen = stack.chosen(names)
    for stage in sorted({server.stage for server in chosen}, reverse=True):
        ending = [server for server in chosen if server.stage == stage]
        with ThreadPoolExecutor(len(ending)) as pool:
            for server, outcome in zip(ending, pool.map(stack.stop, ending), strict=True):
                say(server.name, outcome)
    stack.write_settings()
    return 0


def kill(stack: Stack, names: Sequence[str]) -> int:
    for server in stack.chosen(names):
        say(server.name, stack.kill(server))
    return 0


def restart(stack: Stack, names: Sequence[str]) -> int:
    kill(stack, names)
    return up(stack, names)


def status(stack: Stack, names: Sequence[str]) -> int:
    states = {server: stack.status(server) for server in stack.chosen(names or stack.usual())}
    for server, state in states.items():
        say(server.name, f"{server.address(stack.place(server)):<32} {state}")
    return 0 if set(states.values()) <= {"ready"} else 1


def install(stack: Stack, names: Sequence[str]) -> int:
    for server in stack.chosen(names):
        stack.install(server)
        say(server.name, "installed")
    return 0


VERBS: dict[str, Callable[[Stack, Sequence[str]], int]] = {
    "up": up,
    "down": down,
    "restart": restart,
    "kill": kill,
    "status": status,
    "install": install,
}
NAMED = {"restart", "kill"}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="tools.stack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    if options.verb in NAMED and not options.names:
        parser.error(f"{options.verb} needs a name")
    stack = Stack([server() for server in SERVERS], home=state_folder(), cache=cache_folder())
    names = [name for word in options.names for name in GROUPS.get(word, [word])]
    try:
        return VERBS[options.verb](stack, names)
    except StackError as error:
        complain(error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
