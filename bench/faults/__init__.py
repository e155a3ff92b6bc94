"""Kill -9 at random under traffic, and afterwards count what was lost or doubled.

.venv/bin/python -m bench.faults --rounds 100 --seed 7

Everything is of its own and in a scratch folder: PostgreSQL, Redis, MinIO, Weaviate and Neo4j as `make stack`
starts them, two replicas, a Celery worker, beat, and a relay as a process. People ask real questions through
both replicas the whole time; whoever gets no answer asks again under the same key, as a client does. Each
round one process is killed, stays away for a moment and is started again, as an orchestrator would.

Afterwards every acknowledged question and answer must be in the database once and as it was told, and
`manage.py reconcile` must find archive and graph exact within 120 seconds. `--outbox off` is the positive
control: it carries events straight to the sinks, and has to report losses, or the harness sees nothing.
"""
