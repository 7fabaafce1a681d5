"""How often a connector does what costs something, from its configuration alone."""

from dataclasses import dataclass
from math import ceil

from http_source.config.properties import OffsetMode
from http_source.config.shares import task_count
from http_source.orchestration.identity import Connector
from http_source.orchestration.sizing.costs import ANSWER_S, REQUESTS_PER_TASK, StorageCosts

DAY_S = 86_400
_STORING_SHARE = 0.1
"""Of a run's time, which `checkpoints.py` keeps to."""
_LEAST_ROUND_S = 0.5
"""A run looks twice a second what it has to store."""
_RUN_START_S = 3.0


@dataclass(frozen=True)
class Demand:
    """What one connector does.

    Attributes:
        connector: whose it is.
        flush_ms: `offset.flush.interval.ms`, which may differ from the configured one for a comparison.
    """

    connector: Connector
    flush_ms: int

    @property
    def entities(self) -> int:
        """How many there are."""
        return len(self.connector.entities)

    @property
    def tasks(self) -> int:
        """How many runs at a time share them."""
        return task_count(self.connector.config)

    @property
    def recommended_tasks(self) -> int:
        """How many are enough while no entity has a backlog."""
        return max(1, min(self.entities, ceil(self.requests_per_second / REQUESTS_PER_TASK)))

    # Requests

    @property
    def pause_s(self) -> float:
        """Seconds between two requests of an entity that has caught up, without a budget: a window of time is asked for once it is over."""
        config = self.connector.config
        window_ms = config.offsets.window_length_ms if config.offsets.mode is OffsetMode.TIME_WINDOW else 0
        return max(config.pace.request_interval_ms, window_ms) / 1000

    @property
    def wanted_per_second(self) -> float:
        """Requests a second at the interval, if there were no budget."""
        return self.entities / self.pause_s

    @property
    def requests_per_second(self) -> float:
        """Requests a second at the interval, within the budget; an answer that takes long makes them fewer."""
        return min(self.wanted_per_second, self.budget)

    @property
    def budget(self) -> float:
        """Requests a second that `http.requests.per.second` allows; infinite without it."""
        return self.connector.config.pace.requests_per_second or float("inf")

    @property
    def round_s(self) -> float:
        """Seconds between two requests of an entity, budget included."""
        return self.entities / self.requests_per_second

    @property
    def catching_up_per_second(self) -> float:
        """Requests a second at most while all entities have a backlog, if the API answers in a tenth of a second."""
        pause_ms = self.connector.config.pace.catchup_interval_ms
        if pause_ms is None:
            return self.requests_per_second
        on_their_way = self.fetchers / ANSWER_S
        return min(self.entities / (pause_ms / 1000 + ANSWER_S), on_their_way, self.budget, 2 * REQUESTS_PER_TASK * self.tasks)

    @property
    def fetchers(self) -> int:
        """Requests of all tasks that may be on their way at once."""
        return sum(min(self.connector.config.pace.max_in_flight, len(self.connector.entities_of(task))) for task in self.connector.tasks)

    # Dagster

    @property
    def run_s(self) -> float:
        """Seconds from the start of a run to the start of the next one of its task."""
        run = self.connector.config.run
        if run.max_seconds == 0:
            return max(self.round_s, self.connector.tick_seconds + _RUN_START_S)
        return self.round_s if self.rests else run.max_seconds

    @property
    def rests(self) -> bool:
        """Whether a run ends after each round, since the next one begins later than it waits for."""
        return self.round_s > max(self.connector.config.run.linger_ms / 1000, _RUN_START_S)

    @property
    def running_share(self) -> float:
        """The share of time in which a task has a process."""
        return min(1.0, _RUN_START_S / self.run_s) if self.rests or self.connector.config.run.max_seconds == 0 else 1.0

    @property
    def runs_a_day(self) -> float:
        """Of all tasks."""
        return self.tasks * DAY_S / self.run_s

    @property
    def ticks_a_day(self) -> float:
        """Looks of the sensor."""
        return DAY_S / self.connector.tick_seconds

    def checkpoint_s(self, costs: StorageCosts) -> float:
        """Seconds between two checkpoints of an entity of which every request brings records: what a crash may repeat."""
        every = max(self.round_s, _LEAST_ROUND_S)
        if self.running_share < 1.0:
            return min(every, self.run_s)  # each run ends with one
        flush = self.flush_ms / 1000
        # Storing takes a tenth of a run's time at most.
        return max(every * ceil(flush / every - 1e-9), every, self.entities / self.tasks * costs.checkpoint_s / _STORING_SHARE)

    def checkpoints_a_day(self, costs: StorageCosts) -> float:
        """At most: every request brings records."""
        return DAY_S * self.entities / self.checkpoint_s(costs)
