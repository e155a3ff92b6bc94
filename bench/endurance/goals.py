"""The goals of endurance, in the form of `bench.gateways.goals`."""

from bench.endurance.growth import SMALL
from bench.endurance.idle import BARE, QUIET
from bench.gateways.goals import Goal, own, ratio

SOCKETS, HANDSHAKES, CROWDED = "5,000 idle sockets each", "500 handshakes", "beside 5,000 idle sockets"
BURST, TOGETHER = "3,000 at once", "10,000 idle sockets"
UVICORN, DAPHNE = "silent readers, uvicorn", "silent readers, daphne"
HISTORY = "years of history"
ABUSE, UNLIMITED = "50 streams of another organisation", "50 who ask without a limit or a pause"
P95 = "first_token_p95_ms"
ENDURANCE = (
    Goal(8, "memory of an idle socket, ours / bare ASGI", SOCKETS, ratio("kib_each", BARE), "≤", 1.15),
    Goal(9, "processor time of a handshake, ours / bare", HANDSHAKES, ratio("handshake_us", BARE), "≤", 1.3),
    Goal(9, "sockets lost of 3,000 at once", BURST, own("lost"), "≤", 0),
    Goal(10, "first token p95, with / without idle sockets", CROWDED, ratio(P95, QUIET), "≤", 1.3),
    *(
        Goal(11, "memory after 25 s / after 5 s", at, own("later_over_early"), "≤", 1.1)
        for at in (UVICORN, DAPHNE)
    ),
    *(Goal(11, "memory held for each, MiB", at, own("each_mib"), "≤", 1) for at in (UVICORN, DAPHNE)),
    Goal(15, "page at the far end of 500,000 messages / the latest", HISTORY, own("far_over_end"), "≤", 1.5),
    Goal(17, "sockets open", TOGETHER, own("sockets"), "≥", 10_000),
    Goal(17, "memory of three replicas, MiB", TOGETHER, own("mib"), "≤", 600),
    Goal(18, "open 10,000 messages / 100", HISTORY, ratio("open_ms", SMALL), "≤", 1.2),
    Goal(18, "list 5,000 conversations / a page", HISTORY, ratio("list_ms", SMALL), "≤", 1.2),
    Goal(18, "ask the 1,000th question / the second", HISTORY, ratio("ask_ms", SMALL), "≤", 1.2),
    *(
        Goal(19, "first token p95, beside the abuser / quiet", at, ratio(P95, QUIET), "≤", 1.5)
        for at in (ABUSE, UNLIMITED)
    ),
)
