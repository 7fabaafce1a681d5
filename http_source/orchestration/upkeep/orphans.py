"""Ends the runs of connectors that a code location no longer has: whoever of its sensors looks tells them."""

import time
from collections.abc import Sequence
from typing import Any

import dagster as dg
from msgspec import DecodeError, json

from http_source.config.slug import UPKEEP
from http_source.orchestration.ledger.lease import Lookout, Sign
from http_source.orchestration.ledger.runs import live_runs_of_location, tell_to_end
from http_source.orchestration.ledger.words import CONNECTOR_TAG

_FEW = 10
_TURN_S = 5.0
REASON = "Its connector is not defined any more."


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
        end_orphans(context, signs, time.time())
        return dg.SensorResult(skip_reason="There is no connector to poll.", cursor=json.encode(signs).decode())

    return keep


def _signs_in(cursor: str) -> Any:
    try:
        return json.decode(cursor, type=dict[str, Sign])
    except DecodeError:
        return {}


def end_orphans(context: dg.SensorEvaluationContext, signs: dict[str, Sign], now: float) -> None:
    """Tell runs without a definition to end, and mark those that are dead.

    `signs` is what was seen of them, `now` in seconds since the epoch.
    """
    if context.repository_name is None or context.code_location_origin is None:
        return
    sensors = _sensors(context)
    if not _is_my_turn(context, sorted(sensors), now):
        return
    runs = live_runs_of_location(context.instance, f"{context.repository_name}@{context.code_location_origin.location_name}")
    orphans = [run for run in runs if run.connector not in sensors.values()]
    dead = Lookout(signs).deaths(orphans)
    for run in orphans:
        if run.id in dead:
            context.instance.report_run_failed(run.run, dead[run.id].reason)
        elif run.is_at_work:
            tell_to_end(context.instance, run, REASON)
        elif run.status is dg.DagsterRunStatus.QUEUED:
            context.instance.report_run_canceled(run.run, message=REASON)


def _sensors(context: dg.SensorEvaluationContext) -> dict[str, str]:
    """The sensors of connectors, and whose each is."""
    sensors = context.repository_def.sensor_defs if context.repository_def else []
    return {sensor.name: str(sensor.metadata[CONNECTOR_TAG].value) for sensor in sensors if CONNECTOR_TAG in sensor.metadata}


def _is_my_turn(context: dg.SensorEvaluationContext, names: Sequence[str], now: float) -> bool:
    """Few sensors look at every tick; many take turns, so that looking costs the same however many there are."""
    return len(names) <= _FEW or names[int(now / _TURN_S) % len(names)] == context.sensor_name
