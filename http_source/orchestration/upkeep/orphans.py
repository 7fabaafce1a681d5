"""Ends the runs of connectors that a code location no longer has: whoever of its sensors looks tells them."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
from msgspec import DecodeError, json

from http_source.config.slug import UPKEEP
from http_source.orchestration.kept_instance import instance_of
from http_source.orchestration.ledger.lease import FailureDetector, Sign
from http_source.orchestration.ledger.names import CONNECTOR_TAG
from http_source.orchestration.ledger.runs import live_runs_of_location, tell_to_end

_FEW = 10
_TURN_S = 5.0
REASON = "Its connector is no longer defined."


def build_keeper() -> dg.SensorDefinition:
    """The sensor of a folder without connectors, where no other one looks."""

    @dg.sensor(
        name=UPKEEP,
        minimum_interval_seconds=int(_TURN_S) - 1,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends the runs of connectors whose files were removed.",
    )
    def keep(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        signs = _signs_in(context.cursor or "{}")
        end_orphans(instance_of(context), context, signs, time.time())
        return dg.SensorResult(skip_reason="There is no connector to poll.", cursor=json.encode(signs).decode())

    return keep


def _signs_in(cursor: str) -> Any:
    try:
        return json.decode(cursor, type=dict[str, Sign])
    except DecodeError:
        return {}


def end_orphans(instance: dg.DagsterInstance, context: dg.SensorEvaluationContext, signs: dict[str, Sign], now: float) -> None:
    """Tell runs without a definition to end, and mark those that are dead.

    `signs` is what was seen of them, `now` in seconds since the epoch.
    """
    if context.repository_name is None or context.code_location_origin is None:
        return
    sensors = _sensors(context)
    turn = _turn_seconds(sensors.values())
    if not _is_my_turn(context, sorted(sensors), int(now / turn)):
        return
    runs = live_runs_of_location(instance, f"{context.repository_name}@{context.code_location_origin.location_name}")
    defined = {str(sensor.metadata[CONNECTOR_TAG].value) for sensor in sensors.values()}
    orphans = [run for run in runs if run.connector not in defined]
    dead = FailureDetector(signs, turn if len(sensors) <= _FEW else turn * len(sensors)).deaths(orphans)
    for run in orphans:
        if run.id in dead:
            instance.report_run_failed(run.run, dead[run.id].reason)
        elif run.is_at_work:
            tell_to_end(instance, run, REASON)
        elif run.status is dg.DagsterRunStatus.QUEUED:
            instance.report_run_canceled(run.run, message=REASON)


def _sensors(context: dg.SensorEvaluationContext) -> Mapping[str, dg.SensorDefinition]:
    """Those of connectors, by their names."""
    sensors = context.repository_def.sensor_defs if context.repository_def else []
    return {sensor.name: sensor for sensor in sensors if CONNECTOR_TAG in sensor.metadata}


def _turn_seconds(sensors: Iterable[dg.SensorDefinition]) -> float:
    """How long it takes until each sensor has looked once."""
    return max((sensor.minimum_interval_seconds or _TURN_S for sensor in sensors), default=_TURN_S)


def _is_my_turn(context: dg.SensorEvaluationContext, names: Sequence[str], turn: int) -> bool:
    """Few sensors look at every tick; many take turns, so that looking costs the same however many there are."""
    return len(names) <= _FEW or names[turn % len(names)] == context.sensor_name
