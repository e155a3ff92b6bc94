"""Thousands of sockets that nobody uses: goals 8, 9, 10 and 17. A scene returns a row for each side."""

import time
from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import Any

from bench.endurance.asking import at_95, firsts
from bench.endurance.sockets import SETTLE_SECONDS, Holder, Opened, Server, holding, ours, signed_in
from bench.gateways.goals import OURS, Row
from bench.streaming.stage import Stage

BARE, QUIET = "bare ASGI", "quiet"
BURST, BESIDE, ALL = 3_000, 5_000, 10_000
HANDSHAKES = 500
QUESTIONS, APART = 40, 0.2
Rows = dict[str, Row]


class Idle:
    """More sockets from scene to scene, held until `keep` ends. The third replica with its crowd is compared
    with the bare application with as many, and with the second one, which has none until the burst. They are
    tabs of one person; another one asks, whom their news do not concern."""

    def __init__(self, stage: Stage, bare: Server, keep: ExitStack) -> None:
        self._stage = stage
        self._bare = bare
        self._keep = keep
        self._held = 0
        headers = signed_in(stage.people[0], stage.doors[0])
        self._first, self._second, self._third = (
            ours(stage, name, headers) for name in list(stage.product.parts)[:3]
        )

    def crowd(self) -> Rows:
        """Open as many at both; what each holds."""
        theirs, own = self._hold(self._bare, BESIDE), self._hold(self._third, BESIDE)
        return {
            BARE: {"kib_each": theirs.kib_each},
            OURS: {"kib_each": own.kib_each, "signed_in_us": own.handshake_us},
        }

    def handshakes(self) -> Rows:
        """Open and close some at both, by nobody, who is not looked up."""
        rows = {}
        for name, server in ((BARE, self._bare), (OURS, self._first)):
            with holding(replace(server, headers=(), greeted=False), HANDSHAKES) as opened:
                rows[name] = {"handshake_us": opened.handshake_us}
        return rows

    async def first_tokens(self) -> Rows:
        """Ask two replicas in turn that differ in their idle sockets alone."""
        rows, asker = {}, self._stage.people[1]
        for name, replica in ((QUIET, self._second), (OURS, self._third)):
            asked = await firsts(replica.door, asker.access, count=QUESTIONS, apart=APART)
            rows[name] = {"first_token_p95_ms": at_95(asked), "first_token_p50_ms": median(asked)}
        return rows

    def burst(self) -> Rows:
        opened = self._hold(self._second, BURST, at_once=BURST)
        return {OURS: {"lost": float(opened.lost), "seconds": opened.seconds}}

    def together(self) -> Rows:
        """Fill up to ten thousand over all replicas; what these hold then."""
        replicas = (self._first, self._second, self._third)
        rest = Holder(replicas, ALL - self._held)
        self._keep.callback(rest.close)
        time.sleep(SETTLE_SECONDS)
        sockets = self._held + int(rest.said["opened"])
        return {OURS: {"sockets": float(sockets), "mib": sum(each.memory() for each in replicas) / 1024}}

    def _hold(self, server: Server, count: int, **options: Any) -> Opened:
        opened = self._keep.enter_context(holding(server, count, **options))
        self._held += opened.count if server is not self._bare else 0
        return opened
