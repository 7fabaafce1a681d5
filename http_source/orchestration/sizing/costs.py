"""What one of each thing costs. `python -m bench.sizing` measures these again and prints them beside what is computed from them."""

from dataclasses import dataclass

MEASURED_BY = "bench/sizing.py, docs/measurements.md#scale"
"""Where the figures of this file come from: Linux, 2 cores, Python 3.11, Dagster 1.13."""


@dataclass(frozen=True, slots=True)
class StorageCosts:
    """What Dagster's storage takes.

    Attributes:
        name: the storage.
        checkpoint: bytes of one.
        checkpoint_s: seconds of one, from the call to the answer.
        tick: bytes of one without the cursor, of which it holds a copy as text in JSON.
        run: bytes of one without its checkpoints.
    """

    name: str
    checkpoint: int
    checkpoint_s: float
    tick: int
    run: int


SQLITE = StorageCosts("SQLite", checkpoint=8_800, checkpoint_s=0.011, tick=1_000, run=160_000)
"""Each event twice, in the run's own file and in the index, in pages of 4 KB."""

POSTGRESQL = StorageCosts("PostgreSQL", checkpoint=2_200, checkpoint_s=0.019, tick=600, run=35_000)

STORAGES = (SQLITE, POSTGRESQL)

# Seconds of processor time.
REQUEST_CPU_S = 0.0008
CHECKPOINT_CPU_S = 0.012
RUN_START_CPU_S = 2.8
RUN_CPU_SHARE = 0.012
"""Of a core, while a run waits: its lease, and looks whether it is to end."""
TICK_CPU_S = 0.1
"""In the daemon and the code server together."""
DAGSTER_CPU_SHARE = 0.045
"""Of a core: webserver, daemon and code server, whatever they serve."""

# Memory.
RUN_BYTES = 130_000_000
"""A run's process with the processes that keep its output, at JSON without schema."""
SCHEMA_BYTES = 25_000_000
"""What schemas, formats and transforms load besides."""
ANSWER_TIMES = 2
"""A large answer takes so many times its size."""
CONVERTED_TIMES = 3
"""The same where its records are converted."""
DAGSTER_BYTES = 600_000_000
"""Webserver, daemon and code server."""

RUN_THREADS = 10
"""Beside those that fetch: delivering, storing, the lease, and librdkafka's."""

RUN_STORAGE_CONNECTIONS = 2
"""Storing and the lease have a thread each; Dagster opens a connection for each question and closes it."""

REQUESTS_PER_TASK = 500
"""Requests a second for which one task is enough: one process sends twice as many (docs/measurements.md, many entities)."""

ANSWER_S = 0.1
"""How long an API takes to answer, where nobody can know."""
