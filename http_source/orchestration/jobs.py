"""The job whose runs poll the entities of one task."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from http_source.errors import PositionRefused
from http_source.model import Position
from http_source.orchestration.console import CONSOLE, console
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.ledger.names import TASK_TAG, value_of
from http_source.orchestration.run import Assignment, PollingRun
from http_source.orchestration.run_resources import Resources


class PollConfig(dg.Config):
    """What the sensor tells a run. Started by hand, a run needs the task only."""

    task: int = Field(default=0, description="Which share of the entities to poll, from 0 to tasks.max - 1.")
    entities: list[str] = Field(default=[], description="Those of its entities that are to be polled; all of them if none is named.")
    anew: list[str] = Field(default=[], description="Entities that begin as if they had never failed or paused.")
    positions: dict[str, Any] = Field(default={}, description="Positions as the sensor knew them; newer ones in the event log win.")
    orders: dict[str, list[int]] = Field(default={}, description="Epoch and sequence of positions that are too long to stand above.")


def build_poll_job(connector: RunnableConnector) -> dg.JobDefinition:
    """The job of a connector: one op, in one process."""

    @dg.op(
        name=connector.op_name,
        required_resource_keys=connector.resource_keys,
        description="Polls the entities of one task until run.max.seconds are over or nothing is due for run.linger.ms; launched by hand, "
        "it polls each once.",
    )
    def poll_entities(context: dg.OpExecutionContext, config: PollConfig) -> None:
        assignment = _assignment(connector, config, by_hand=not value_of(context.run.tags, TASK_TAG))
        PollingRun(context, connector, assignment).execute(Resources.of(context.resources, connector))

    @dg.job(
        name=connector.job_name,
        executor_def=dg.in_process_executor,
        logger_defs={CONSOLE: console},
        description=f"Polls {connector.name}. Its sensor {connector.sensor_name} starts it.",
        tags=connector.job_tags,
        # What the launchpad opens with; without it, with the defaults of all resources, asterisks for the secrets among them.
        config={"ops": {"poll_entities": {"config": {"task": 0, "entities": []}}}},
    )
    def poll() -> None:
        poll_entities.alias("poll_entities")()

    return poll


def build_once_job(connector: RunnableConnector) -> Any:
    """The job in which the UI materializes the asset; its type has no public name."""
    return dg.define_asset_job(
        connector.once_job_name,
        selection=dg.AssetSelection.assets(connector.key),
        executor_def=dg.in_process_executor,
        tags=dict(connector.run_tags),
        description=f"Polls one entity of {connector.name} once, as materializing it on the asset's page does.",
    )


def _assignment(connector: RunnableConnector, config: PollConfig, *, by_hand: bool) -> Assignment:
    """What is to be polled; what a person launched polls once, since no sensor looks after it."""
    entities = [entity for entity in config.entities if entity in connector.entities] or connector.entities_of(config.task)
    if not entities:
        tasks = len(connector.tasks)
        raise dg.Failure(f"There is no task {config.task}: {connector.name} has {tasks}, counted from 0.", allow_retries=False)
    return Assignment(
        entities=entities,
        task=config.task,
        hints=_hints(config.positions),
        orders={entity: (epoch, sequence) for entity, (epoch, sequence) in config.orders.items()},
        anew=config.anew,
        once=connector.config.run.max_seconds == 0 or by_hand,
    )


def _hints(positions: Mapping[str, Any]) -> dict[str, Position]:
    try:
        return {entity: Position.from_json(position) for entity, position in positions.items()}
    except PositionRefused:
        raise dg.Failure("A position in the run's configuration cannot be read. Leave `positions` out: "
                         "the run finds its positions in the event log.", allow_retries=False) from None
