"""What a token costs on its way through a gateway: ours, whole, beside peers in the same run.

    make bench                                            # three rounds, written to docs/performance.md
    .venv/bin/python -m bench.gateways --rounds 1         # only shows
    .venv/bin/python -m bench.gateways --only "40 x 50"   # a section, or some

Starts a scripted model that speaks Ollama's protocol at a fixed rate, PostgreSQL, Redis, two replicas of
ours, and the peers (a relay by hand on uvloop, nginx, Starlette + httpx, the LiteLLM proxy, a plain Django
stack on daphne), each a process of its own, and asks them in turn for the same answers. At the end it looks
where a replica's time goes. The peers live in a virtual environment in the cache folder, outside of the
product's locks.
"""
