"""A connector as Dagster sees it: its names, tags and shares of entities."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version

import dagster as dg

from http_source.config.mark import mark_of
from http_source.config.properties import ConnectorConfig, KnownConfig
from http_source.config.shares import entities_of_task, plan_of, task_count
from http_source.config.slug import slug
from http_source.errors import Finding
from http_source.model import Position
from http_source.orchestration.ledger.names import CONNECTOR_TAG, KIND_TAG, POLLS, REQUESTED_TAG, RETRIES_TAG, RUNTIME_TAG, TASK_TAG
from http_source.polling.modes import mode_of
from http_source.polling.standing import initial_position

_SHORTEST_TICK_S, _LONGEST_TICK_S = 5, 60
_ENTITIES_PER_TICK_SECOND = 30
"""An entity takes some 70 bytes of the cursor, of which each tick keeps a copy: 200 MB a day at most."""

_TICKS_PER_SECOND = 4
"""Of all connectors of a code location together: a tick takes about 0.1 s of the daemon's and the code server's processor time."""

_EXTRA_RUNTIME_S = 300
_MOST_PAUSE_S = 900.0
"""The longest pause after a failure, and the longest that a server may ask for."""
_ONCE_RUNTIME_S = 900


@dataclass(frozen=True)
class Connector:
    """One configuration with the names it has in Dagster: what is needed to look at the connector, and to move its entities.

    Attributes:
        warnings: doubts about it, where it was judged as a whole.
        spec: its asset, as a translator gives it; without one it is called as the connector is.
        run_tags: what a translator adds to the tags of its runs.
        neighbors: how many other connectors are known to be supervised beside it.
    """

    config: KnownConfig
    warnings: tuple[Finding, ...] = ()
    spec: dg.AssetSpec | None = None
    run_tags: Mapping[str, str] = field(default_factory=dict)
    neighbors: int = 0

    @property
    def name(self) -> str:
        """Connect's name."""
        return self.config.name

    @property
    def key(self) -> dg.AssetKey:
        """The asset's key."""
        return self.spec.key if self.spec else dg.AssetKey([self.name])

    @property
    def identity(self) -> str:
        """What nobody else is called in a Dagster instance: the asset's key, which is the name alone where it has no prefix.

        Two code locations may have connectors of one name: jobs, sensors and ops are told apart by their location, runs by this.
        """
        return "/".join(self.key.path)

    @property
    def prefixed(self) -> str:
        """The identity where it is more than the name; empty where it is not."""
        return "" if self.identity == self.name else self.identity

    @property
    def job_name(self) -> str:
        """The job whose runs poll."""
        return f"{slug(self.name)}_poll"

    @property
    def op_name(self) -> str:
        """What such a run does."""
        return f"{slug(self.name)}_poll_entities"

    @property
    def once_name(self) -> str:
        """What a materialization by hand does."""
        return f"{slug(self.name)}_poll_once"

    @property
    def once_job_name(self) -> str:
        """The job of such materializations."""
        return f"{slug(self.name)}_once"

    @property
    def check_name(self) -> str:
        """What looks whether all entities run."""
        return f"{slug(self.name)}_running"

    @property
    def offsets_job_name(self) -> str:
        """The job that sets, resets and deletes offsets."""
        return f"{slug(self.name)}_offsets"

    @property
    def move_op_name(self) -> str:
        """What a run of that job does."""
        return f"{slug(self.name)}_move_offsets"

    @property
    def sensor_name(self) -> str:
        """The sensor that starts them."""
        return f"{slug(self.name)}_sensor"

    @property
    def auth_key(self) -> str:
        """The resource with the API's credentials; it begins with a letter, as Dagster asks of resources only."""
        return f"auth_{slug(self.name)}"

    @property
    def tls_key(self) -> str:
        """The resource with the stores of its https connections."""
        return f"tls_{slug(self.name)}"

    @property
    def resource_keys(self) -> set[str]:
        """What its runs need."""
        registry = {"schema_registry"} if self.config.output.needs_registry else set()
        return {"kafka", self.auth_key, self.tls_key} | registry

    @property
    def entities(self) -> tuple[str, ...]:
        """The partitions."""
        return self.config.request.entities

    @property
    def topics(self) -> tuple[str, ...]:
        """Where the records go, before transforms."""
        return tuple(dict.fromkeys(map(self.config.output.topic_of, self.entities)))

    @property
    def tasks(self) -> range:
        """The tasks' numbers."""
        return range(task_count(self.config))

    @property
    def plan(self) -> str:
        """A mark of how entities are shared out among tasks."""
        return plan_of(self.config)

    @property
    def tick_seconds(self) -> int:
        """Seconds between two ticks: as few as the daemon allows, so that changes take effect.

        They are more where the cursor is long, or where there are many connectors.
        """
        seconds = max(len(self.entities) // _ENTITIES_PER_TICK_SECOND, (self.neighbors + 1) // _TICKS_PER_SECOND)
        return min(max(seconds, _SHORTEST_TICK_S), _LONGEST_TICK_S)

    @property
    def run_seconds(self) -> int:
        """How long a run polls at most; one that asks once may still have to ask again."""
        return self.config.run.max_seconds or _ONCE_RUNTIME_S

    def longest_pauses(self, positions: Iterable[Position | None], now: float) -> Sequence[float]:
        """Seconds from `now` that entities wait at most that stand there.

        A time later than that was planned under another configuration, or before the clock was set back.
        """
        pace, offsets = self.config.pace, self.config.offsets
        configured = max(pace.request_interval_ms, pace.catchup_interval_ms or 0, self.config.retry.backoff_ms) / 1000
        mode, initial = mode_of(offsets), initial_position(offsets)
        stands = (initial if position is None or position.deleted else position for position in positions)
        return [max(configured, _MOST_PAUSE_S, mode.wait(position, now)) for position in stands]

    def entities_of(self, task: int) -> tuple[str, ...]:
        """The entities of one task; none for a task there is not."""
        return entities_of_task(self.config, task) if task in self.tasks else ()

    def task_of(self, entity: str) -> int | None:
        """The task that polls an entity."""
        return next((task for task in self.tasks if entity in self.entities_of(task)), None)

    def excluding(self, entities: Sequence[str]) -> tuple[str, ...]:
        """The entities that no other run may have while one has these: with exactly once all of their task, whose producer is one."""
        if not self.config.delivery.exactly_once:
            return tuple(entities)
        return tuple(each for task in sorted({self.task_of(entity) or 0 for entity in entities}) for each in self.entities_of(task))

    @property
    def job_tags(self) -> dict[str, str]:
        """The tags of every run of the job: who it is, and that neither Dagster's retries nor a lost process may keep the entities."""
        return {
            **self.run_tags,
            CONNECTOR_TAG: self.identity,
            KIND_TAG: POLLS,
            RUNTIME_TAG: str(self.run_seconds + _EXTRA_RUNTIME_S),
            RETRIES_TAG: "0",
        }

    def task_tag(self, task: int) -> str:
        """The task's tag, unique over connectors, since the run queue allows one run for each value."""
        return f"{self.identity}/{task}"


@dataclass(frozen=True)
class RunnableConnector(Connector):
    """The same with a complete configuration: what is needed to poll."""

    config: ConnectorConfig

    @cached_property
    def mark(self) -> str:
        """A mark of all that is configured, and of the asset's key: a run of another one is out of date.

        What else a translator chooses changes no run, and a run does not know it. What resources are given in code is not in it: they
        are filled in the run, so the next run has them.
        """
        return mark_of(self.config, version("http-source"), *self.key.path)

    def tags_of(self, task: int) -> dict[str, str]:
        """The tags of a run that polls one task."""
        return {**self.job_tags, TASK_TAG: self.task_tag(task), REQUESTED_TAG: self.mark}
