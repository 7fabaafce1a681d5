"""The job that moves a connector's entities: what `http-source offsets set`, `reset` and `delete` do, from the UI."""

from typing import Any

import dagster as dg
from pydantic import Field

from http_source.errors import DeliveryFailed
from http_source.orchestration.connector import Connector
from http_source.orchestration.offsets import ACTIONS, OffsetsRefused, Order, write
from http_source.orchestration.resources import KafkaResource


class OffsetsConfig(dg.Config):
    """What a person fills in."""

    action: str = Field(description="set: move the entities under `offsets`; reset and delete: let those under `entities` start from "
                                    "http.initial.offset. delete takes entities that the connector no longer has, too.")
    offsets: dict[str, Any] = Field(default={}, description="For set: entity and offset.")
    entities: list[str] = Field(default=[], description="For reset and delete.")
    dry_run: bool = Field(default=False, description="Log what would change, and change nothing.")


def build_offsets_job(connector: Connector) -> dg.JobDefinition:
    """The job of a connector: one op, in one process."""

    @dg.op(
        name=connector.move_op_name,
        required_resource_keys={"kafka"},
        description="Sets, resets or deletes offsets. A new run takes over from one that polls them, within seconds.",
    )
    def move_offsets(context: dg.OpExecutionContext, config: OffsetsConfig) -> None:
        _move(context, connector, config)

    # No tags of the connector: its runs poll, and keep each other waiting.
    @dg.job(
        name=connector.offsets_job_name,
        executor_def=dg.in_process_executor,
        description=f"Sets, resets or deletes offsets of {connector.name}, as `http-source offsets` does.",
        tags={"dagster/max_retries": "0"},
    )
    def offsets() -> None:
        move_offsets.alias("move_offsets")()

    return offsets


def _move(context: dg.OpExecutionContext, connector: Connector, config: OffsetsConfig) -> None:
    kafka: KafkaResource = context.resources.kafka
    try:
        moves = _order(config).plan(context.instance, connector, kafka)
    except (OffsetsRefused, DeliveryFailed) as error:
        raise dg.Failure(" ".join(str(error).splitlines()), allow_retries=False) from None
    if not config.dry_run:
        write(context.instance, connector, moves)
    for move in moves:
        context.log.info(f"{move}{' (nothing was changed)' if config.dry_run else ''}")


def _order(config: OffsetsConfig) -> Order:
    if config.action not in ACTIONS:
        raise OffsetsRefused([f"action: It is {config.action!r}, but set, reset or delete is expected."])
    return Order(action=config.action, offsets=config.offsets, entities=config.entities)
