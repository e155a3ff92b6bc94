"""The command: see `bench.gateways`."""

import argparse
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvloop

import bench.gateways
from bench.gateways import own, peers, profile, traffic
from bench.gateways.database import database_us
from bench.gateways.goals import LITELLM, NGINX, OURS, PLAIN, RELAY, STARLETTE, UNPACED, Found, Row
from bench.gateways.load import asked
from bench.gateways.loads import LOADS, Load, follow_script, round_of
from bench.gateways.peers import Peer
from bench.gateways.profile import Profile
from bench.report import write
from bench.streaming.replica import Replica
from bench.streaming.stage import Script, Stage, staged

TOKEN_SECONDS = 100
ASKING = "32 asking"
# Whom a section asks beside ours.
ASKED = {
    "log-ins": (UNPACED,),
    ASKING: (PLAIN,),
    "256 short": (UNPACED,),
    **{at.name: at.asked for at in LOADS},
}
WARMING_ANSWERS, WARMING_TOKENS, WARMING_RATE = 4, 50, 50.0


@dataclass(slots=True)
class Everything:
    """What runs while the bench does."""

    stage: Stage
    model: str
    home: Path
    others: tuple[Peer, ...]
    _logged_in_at: float = -math.inf

    def _access(self) -> str:
        """Return a token that lasts for a section; there is a limit to how often one may log in."""
        person = self.stage.people[0]
        if time.monotonic() - self._logged_in_at > TOKEN_SECONDS:
            person.log_in(self.stage.doors[0])
            self._logged_in_at = time.monotonic()
        return person.access

    @property
    def ours(self) -> Peer:
        replica = Replica(self.stage)
        return peers.ours(replica.door, replica.pid, self._access())

    @property
    def gateways(self) -> tuple[Peer, ...]:
        access = self._access()
        others = [replace(peer, key=access) if peer.is_ours else peer for peer in self.others]
        return (self.ours, *others)

    def of(self, name: str) -> Peer:
        return next(peer for peer in self.gateways if peer.name == name)


@contextmanager
def everything(home: Path, only: Collection[str]) -> Iterator[Everything]:
    """Start ours and the peers, or those that some sections ask; all of it is down afterwards."""
    with ExitStack() as stack:
        stage = stack.enter_context(staged(home, Script(WARMING_TOKENS, WARMING_RATE), replicas=1))
        model = str(stage.product.settings["OLLAMA_URL"])
        apart = own.another(stage, home / "apart", module="bench.gateways.settings_apart", name=UNPACED)
        starting = {
            RELAY: peers.relay(model),
            STARLETTE: peers.starlette(model),
            LITELLM: peers.litellm(model, home),
            NGINX: peers.nginx(model, home),
            UNPACED: apart,
            PLAIN: peers.plain(stage.product.settings),
        }
        needed = {name for section, names in ASKED.items() if section in only or not only for name in names}
        others = [stack.enter_context(peer) for name, peer in starting.items() if name in needed]
        yield Everything(stage, model, home, (peers.straight(model), *others))


def sections(on: Everything) -> dict[str, Callable[[], dict[str, Row]]]:
    """Return what makes one round of each section of the goals."""

    def ours(work: Coroutine[Any, Any, Row]) -> dict[str, Row]:
        return {OURS: uvloop.run(work)}

    return {
        "alone": lambda: {OURS: own.alone(on.stage)},
        "operations": lambda: {OURS: own.operations(on.stage)},
        "embedder": lambda: {OURS: own.with_embedder(on.stage, on.home / "embedder", on.ours.key)},
        "lengths": lambda: ours(traffic.lengths(on.model, on.ours)),
        "log-ins": lambda: ours(traffic.beside_logins(on.model, on.of(UNPACED), on.stage.people[0])),
        ASKING: lambda: asking(on),
        "256 short": lambda: ours(traffic.in_flight(on.model, (on.ours, on.of(UNPACED)))),
        **{at.name: lambda at=at: loaded(on, at) for at in LOADS},  # type: ignore[misc]
    }


def asking(on: Everything) -> dict[str, Row]:
    url = str(on.stage.product.settings["DATABASE_URL"])
    rows = {}
    for gateway in (on.ours, on.of(PLAIN)):
        rows[gateway.name] = uvloop.run(traffic.asking(on.model, gateway, lambda: database_us(url)))
    return rows


def loaded(on: Everything, at: Load) -> dict[str, Row]:
    gateways = on.gateways
    follow_script(on.model, tokens=WARMING_TOKENS, rate=WARMING_RATE)
    for gateway in gateways:
        if gateway.name in at.asked:
            uvloop.run(asked(gateway, WARMING_ANSWERS))
    return uvloop.run(round_of(at, on.model, gateways, str(on.stage.product.settings["REDIS_URL"])))


def run(on: Everything, *, rounds: int, only: Collection[str]) -> Found:
    """Go through the sections again and again; what fails is told and left out of the results."""
    found: Found = {}
    for number in range(1, rounds + 1):
        for name, make in sections(on).items():
            if only and name not in only:
                continue
            try:
                rows = make()
            except (RuntimeError, OSError, httpx.HTTPError) as failure:
                print(f"{name}, round {number}, failed: {failure}", flush=True)
                continue
            found.setdefault(name, []).append(rows)
            print(f"{name}, round {number}: {json.dumps(rows)}", flush=True)
    return found


def looked_at(on: Everything, only: Collection[str]) -> list[Profile]:
    """Return where our time goes while answers flow and while questions come; nothing where one may not look
    into processes."""
    looks = {"40 x 50": profile.flowing, "300 x 50": profile.crowded, ASKING: profile.asking}
    seen = []
    for section, look in looks.items():
        if only and section not in only:
            continue
        try:
            seen.append(uvloop.run(look(on.model, on.ours)))
        except (RuntimeError, OSError, httpx.HTTPError) as failure:
            print(f"no profile: {failure}", flush=True)
        else:
            print(f"profile: {json.dumps(asdict(seen[-1]), ensure_ascii=False)}", flush=True)
    return seen


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="bench.gateways",
        description=bench.gateways.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=(), help="some sections, such as '40 x 50'")
    parser.add_argument("--write", action="store_true", help="bench/results.json and docs/performance.md")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="sicha-bench-", ignore_cleanup_errors=True) as home,
        everything(Path(home), options.only) as on,
    ):
        found = run(on, rounds=options.rounds, only=options.only)
        seen = looked_at(on, options.only)
    if options.write:
        write(found, seen, rounds=options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
