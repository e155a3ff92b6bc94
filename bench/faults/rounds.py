"""Which process dies when: every one of them in turn, in an order that the seed decides."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bench.faults.product import Product
from bench.faults.servers import Servers

APART_SECONDS = (0.3, 1.2)
AWAY_SECONDS = (0.0, 1.5)


@dataclass(frozen=True, slots=True)
class Victim:
    name: str
    kill: Callable[[], None]
    start: Callable[[], None]


def victims(product: Product, servers: Servers, only: Sequence[str] = ()) -> list[Victim]:
    """Return everything that may be killed, or what is named in `only`."""
    found = [_of(product, name) for name in product.parts] + [_of(servers, name) for name in servers.names]
    return [victim for victim in found if not only or victim.name in only]


def _of(owner: Product | Servers, name: str) -> Victim:
    return Victim(name, lambda: owner.kill(name), lambda: owner.start(name))


def endlessly(found: Sequence[Victim], chance: random.Random) -> Iterator[Victim]:
    """Yield the victims in random order, each as often as the others."""
    while True:
        yield from chance.sample(found, len(found))


def run_rounds(found: Sequence[Victim], *, count: int, chance: random.Random, product: Product) -> None:
    """Kill and start again, `count` times, telling each round in a line."""
    for number, victim in enumerate(islice(endlessly(found, chance), count), start=1):
        product.revive()
        time.sleep(chance.uniform(*APART_SECONDS))
        victim.kill()
        away = chance.uniform(*AWAY_SECONDS)
        time.sleep(away)
        began = time.monotonic()
        victim.start()
        back = time.monotonic() - began
        print(f"{number:>4}  {victim.name:<10} away {away:.1f} s, back in {back:.1f} s", flush=True)
