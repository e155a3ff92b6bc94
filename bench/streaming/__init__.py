"""Streams under ill treatment: cut, resumed, stopped, their replicas restarted and killed.

    .venv/bin/python -m bench.streaming resumes  --cycles 10000 --seed 1
    .venv/bin/python -m bench.streaming restarts --rounds 20 --streams 200
    .venv/bin/python -m bench.streaming deaths   --rounds 10
    .venv/bin/python -m bench.streaming leaks    --sockets 2000 --cancellations 5000
    .venv/bin/python -m bench.streaming silent   --streams 20
    .venv/bin/python -m bench.streaming soak     --minutes 7

Each starts what it measures: PostgreSQL, Redis, the replicas, and a scripted model whose every word says to
which answer it belongs and where it stands, so that a gap, a repeat or a swap shows in the text itself.
"""
