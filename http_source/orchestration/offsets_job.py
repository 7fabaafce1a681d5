"""The job that moves a connector's entities: what `http-source offsets set`, `reset` and `delete` do, from the UI."""

from typing import Any

import dagster as dg
from pydantic import Field

from http_source.assembly.redaction import redactor
from http_source.errors import DeliveryFailed
from http_source.orchestration.identity import RunnableConnector
from http_source.orchestration.masked import refuse_masked
from http_source.orchestration.moving import ACTIONS, OffsetsRefused, Order, write
from http_source.orchestration.resources import KafkaResource
from http_source.polling.standing import initial_position

_SHOWN_ENTITIES = 5


class OffsetsConfig(dg.Config):
    """What a person fills in."""

    action: str = Field(description="set: move the entities under `offsets`; reset and delete: let those under `entities` start from "
                                    "http.initial.offset. delete takes entities that the connector no longer has, too.")
    offsets: dict[str, Any] = Field(default={}, description="For set: entity and offset.")
    entities: list[str] = Field(default=[], description="For reset and delete.")
    dry_run: bool = Field(default=False, description="Log what would change, and change nothing.")


def build_offsets_job(connector: RunnableConnector) -> dg.JobDefinition:
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
        tags={**connector.run_tags, "dagster/max_retries": "0"},
        config=_example(connector),
    )
    def offsets() -> None:
        move_offsets.alias("move_offsets")()

    return offsets


def _example(connector: RunnableConnector) -> dict[str, Any]:
    """What the launchpad opens with, and what a run without a configuration does: it says what it would change, and changes nothing.

    Dagster stores it and shows it to everybody, so an initial offset with a key in it is not in it.
    """
    start, entities = initial_position(connector.config.offsets).offset, connector.entities[:_SHOWN_ENTITIES]
    if redactor(connector.config)(str(start)) == str(start):
        order: dict[str, Any] = {"action": "set", "offsets": dict.fromkeys(entities, start)}
    else:
        order = {"action": "reset", "entities": list(entities)}
    return {"ops": {"move_offsets": {"config": {**order, "dry_run": True}}}}


def _move(context: dg.OpExecutionContext, connector: RunnableConnector, config: OffsetsConfig) -> None:
    kafka: KafkaResource = context.resources.kafka
    refuse_masked({"kafka": kafka})
    redact = redactor(connector.config)
    try:
        moves = _order(config).plan(context.instance, connector, kafka)
    except (OffsetsRefused, DeliveryFailed) as error:
        raise dg.Failure(" ".join(redact(str(error)).splitlines()), allow_retries=False) from None
    if not config.dry_run:
        write(context.instance, connector, moves)
    for move in moves:
        context.log.info(f"{redact(str(move))}{' (nothing was changed)' if config.dry_run else ''}")


def _order(config: OffsetsConfig) -> Order:
    if config.action not in ACTIONS:
        raise OffsetsRefused([f"action: It is {config.action!r}, but set, reset or delete is expected."])
    return Order(action=config.action, offsets=config.offsets, entities=config.entities)
