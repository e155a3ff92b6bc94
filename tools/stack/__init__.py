"""The real servers of the production stack, on loopback: fetched or built once, started, watched and ended.

`python -m tools.stack --help` says what it can do; `docs/stack.md` is the page about it.
"""
