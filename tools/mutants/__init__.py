"""Breaking the product on purpose: a defence is taken out, and the tests that guard it must turn red.

`make mutants` shows that a test would notice. What can be taken out stands in `tests/mutants/*.toml`, by the
numbers of `docs/threats.md`.
"""
