"""How the entities of a connector are shared out among its tasks."""

import hashlib
from collections.abc import Sequence

from http_source.config.properties import KnownConfig


def task_count(config: KnownConfig) -> int:
    """How many tasks share the entities: `tasks.max`, but never more than there are entities."""
    return min(config.connector.tasks_max, len(config.request.entities))


def entities_of_task(config: KnownConfig, task: int) -> tuple[str, ...]:
    """The entities of one task: they are dealt out in turn, so that the tasks' shares differ by one at most."""
    return config.request.entities[task :: task_count(config)]


def task_of_entity(config: KnownConfig, entity: str) -> int:
    """The task that an entity of the connector belongs to."""
    return config.request.entities.index(entity) % task_count(config)


def plan_of(config: KnownConfig) -> str:
    """A mark of how the entities are shared out: tasks of another plan may have the same entity."""
    shares = repr([entities_of_task(config, task) for task in range(task_count(config))])
    return hashlib.blake2b(shares.encode(), digest_size=6).hexdigest()


def budget_of(config: KnownConfig, entities: Sequence[str]) -> float | None:
    """Requests per second of who polls these entities: their part of `http.requests.per.second`; None without a budget.

    No two runs poll one entity, so all parts together are no more than it; when each sends, the others do not know.
    """
    budget = config.pace.requests_per_second
    return None if budget is None else budget * len(entities) / len(config.request.entities)
