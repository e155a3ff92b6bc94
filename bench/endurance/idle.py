"""Thousands of sockets that nobody uses: goals 8, 9, 10 and 17. A scene returns a row for each side."""

import time
from contextlib import ExitStack
from statistics import median
from typing import Any

from bench.endurance.asking import at_95, firsts
from bench.endurance.sockets import SETTLE_SECONDS, Holder, Opened, Server, holding, ours, signed_in
from bench.gateways.goals import OURS, Row
from bench.streaming.stage import Stage

BARE, QUIET = "bare ASGI", "quiet"
SOCKETS, BURST, BESIDE, ALL = 600, 3_000, 5_000, 10_000
HANDSHAKES = 500
QUESTIONS, APART = 40, 0.2
Rows = dict[str, Row]


class Idle:
    """More sockets from scene to scene, held until `keep` ends. The first replica is compared with the bare
    application, the third one with the second, which has none until the burst."""

    def __init__(self, stage: Stage, bare: Server, keep: ExitStack) -> None:
        self._stage = stage
        self._bare = bare
        self._keep = keep
        self._held = 0
        headers = signed_in(stage.people[0], stage.doors[0])
        self._first, self._second, self._third = (
            ours(stage, name, headers) for name in list(stage.product.parts)[:3]
        )

    def each(self) -> Rows:
        """Open as many at both. A handshake by itself is that of nobody, who is not looked up."""
        nobody = Server(self._first.port, self._first.pid, greeted=False)
        with holding(nobody, HANDSHAKES) as opened:
            alone = opened.handshake_us
        theirs, own = self._hold(self._bare, SOCKETS), self._hold(self._first, SOCKETS)
        return {
            BARE: {"kib_each": theirs.kib_each, "handshake_us": theirs.handshake_us},
            OURS: {"kib_each": own.kib_each, "handshake_us": alone, "signed_in_us": own.handshake_us},
        }

    def crowd(self) -> None:
        self._hold(self._third, BESIDE)

    async def first_tokens(self) -> Rows:
        """Ask two replicas in turn that differ in their idle sockets alone."""
        rows = {}
        for name, replica in ((QUIET, self._second), (OURS, self._third)):
            asked = await firsts(replica.door, self._stage.people[0].access, count=QUESTIONS, apart=APART)
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
