"""What Dagster refuses where it runs: said by the sensor of a refused file, in its cursor, for those who read the file elsewhere.

A reference may be resolved here and not there, so only Dagster knows. What it says is about the file as it was loaded.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg

from http_source.orchestration.identity import Connector
from http_source.orchestration.ledger.sensors import REFUSED, Sensors

_LONGEST = 2_000


def fingerprint_of(file: Path) -> str:
    """What changes with the content of a file; empty for one that cannot be read."""
    try:
        return sha256(file.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def with_refusal(cursor: str | None, fingerprint: str, reason: str) -> str | None:
    """A sensor's cursor with what is refused of which file; all else stays, as it may be the connector's. Its next tick drops it."""
    try:
        known = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return cursor
    if not isinstance(known, dict):
        return cursor
    said = {"file": fingerprint, "reason": reason[:_LONGEST]}
    return json.dumps({**known, REFUSED: said}, ensure_ascii=False, separators=(",", ":"))


def refusals(instance: dg.DagsterInstance, files: Mapping[str, tuple[Connector, Path]], now: float) -> dict[str, str]:
    """Why Dagster refuses these files as they are now, by the names that they are given here; nothing of those that it does not.

    Nothing as well of what was said long before `now`, in seconds since the epoch. Raises whatever Dagster's storage raises.
    """
    sensors = Sensors(instance)
    said = sensors.refusals(now)
    if not said:
        return {}
    found = {name: _reason(sensors, said, *each) for name, each in files.items()}
    return {name: reason for name, reason in found.items() if reason}


def _reason(sensors: Sensors, said: Mapping[str, tuple[float, Any]], connector: Connector, file: Path) -> str:
    """What was said last: a file whose name is not its connector's has a sensor of its own while it is refused."""
    last_tick, reason = said.get(fingerprint_of(file), (0.0, ""))
    own = sensors.state(connector.sensor_name, connector.prefixed).last_tick
    return str(reason) if last_tick >= (own or 0.0) else ""
