"""What that takes of storage, processor and memory."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from http_source.model import Position
from http_source.orchestration.cursor import Cursor, TaskState
from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.lease import Sign
from http_source.orchestration.ledger.log import Bookmark
from http_source.orchestration.sizing import costs
from http_source.orchestration.sizing.costs import STORAGES, StorageCosts
from http_source.orchestration.sizing.demand import DAY_S, Demand
from http_source.polling.standing import initial_position

_COUNTED, _NAMED = 1_000_000, "2030-01-01T00:00:00Z"
"""Offsets as long as such are: of what counts records or pages, and of a time or a token."""

_SEQUENCE, _RANK, _NOW = 100_000, 1_900_000_000, 1_900_000_000.123456
_ID, _MARK = "0" * 36, "0" * 16
"""As long as what stands for a run, and for a boot, a configuration or a fourth of a process."""

TICKS_KEPT_DAYS = 1
"""Of those that start no run (`retention` in dagster.yaml)."""


@dataclass(frozen=True, slots=True)
class StorageEstimate:
    """Bytes a day in one kind of storage.

    Attributes:
        checkpoints: at most, if every request brings records; none if nothing moves.
    """

    costs: StorageCosts
    checkpoints: float
    ticks: float
    runs: float

    @property
    def most(self) -> float:
        """If every request brings records."""
        return self.checkpoints + self.least

    @property
    def least(self) -> float:
        """If no entity moves."""
        return self.ticks + self.runs

    def kept(self, days: float) -> float:
        """Bytes at most once as much is removed as comes: runs and their checkpoints are kept for so many days, ticks for one."""
        return (self.checkpoints + self.runs) * days + self.ticks * TICKS_KEPT_DAYS


@dataclass(frozen=True)
class Estimate:
    """What one connector costs."""

    demand: Demand

    @classmethod
    def of(cls, connector: Connector, flush_ms: int | None = None) -> "Estimate":
        """By its configuration, or with another `offset.flush.interval.ms`."""
        return cls(Demand(connector, connector.config.run.flush_interval_ms if flush_ms is None else flush_ms))

    @cached_property
    def storages(self) -> Sequence[StorageEstimate]:
        """For each kind of storage."""
        return [self._in(each) for each in STORAGES]

    def _in(self, storage: StorageCosts) -> StorageEstimate:
        demand = self.demand
        return StorageEstimate(
            storage,
            checkpoints=storage.checkpoint * demand.checkpoints_a_day(storage),
            ticks=(storage.tick + self.cursor_bytes) * demand.ticks_a_day,
            runs=storage.run * demand.runs_a_day,
        )

    @cached_property
    def cursor_bytes(self) -> int:
        """Of the sensor's cursor, as a tick keeps it."""
        connector = self.demand.connector
        initial = initial_position(connector.config.offsets)
        offset = _COUNTED if isinstance(initial.offset, int) else _NAMED
        cursor = Cursor(
            positions=dict.fromkeys(connector.entities, Position(offset, sequence=_SEQUENCE, mode=initial.mode)),
            tasks={str(task): TaskState(_NOW, run=_ID, rank=_RANK, heard=_RANK, mark=_MARK) for task in connector.tasks},
            signs={f"{_ID[:-1]}{task}": Sign(f"{_ID} polling {_SEQUENCE} {4 * _MARK}", 0.0, _NOW, _MARK) for task in connector.tasks},
            bookmark=Bookmark(_COUNTED, _COUNTED, _NOW),
            swept=_NOW,
            verdict="",
        )
        return len(json.dumps(cursor.dump()))

    @property
    def cpu(self) -> float:
        """Cores at most, on average: if every request brings records."""
        demand = self.demand
        a_day = (
            demand.requests_per_second * DAY_S * costs.REQUEST_CPU_S
            + demand.checkpoints_a_day(STORAGES[0]) * costs.CHECKPOINT_CPU_S
            + demand.runs_a_day * costs.RUN_START_CPU_S
            + demand.ticks_a_day * costs.TICK_CPU_S
        )
        return a_day / DAY_S + demand.tasks * demand.running_share * costs.RUN_CPU_SHARE

    @property
    def memory(self) -> int:
        """Bytes of all runs at a time, without large answers."""
        schemas = costs.SCHEMA_BYTES if self.demand.connector.config.changes_records else 0
        return self.demand.tasks * (costs.RUN_BYTES + schemas)

    @property
    def answers(self) -> int:
        """Bytes that answers may take besides, at worst: each on its way at once, and as large as is allowed."""
        config = self.demand.connector.config
        times = costs.CONVERTED_TIMES if config.changes_records else costs.ANSWER_TIMES
        return self.demand.fetchers * config.transport.max_bytes * times

    @property
    def threads(self) -> int:
        """Of all runs."""
        return self.demand.tasks * costs.RUN_THREADS + self.demand.fetchers

    @property
    def storage_connections(self) -> int:
        """To the database at a time, of all runs: storing, the lease, and a look at another's."""
        return self.demand.tasks * costs.RUN_STORAGE_CONNECTIONS
