"""Whether Dagster's daemon is at work: who starts the runs leaves a sign of life in the storage every half minute."""

from collections.abc import Mapping

import dagster as dg

STALE_S = 90.0
"""How old the last sign may be; three of them are missing then."""

_WANTED: Mapping[str, str] = {
    "SENSOR": "starts no run",
    "QUEUED_RUN_COORDINATOR": "takes no run from its queue",
}
"""Without these nothing is polled for long; the others may be away."""


def heartbeats(instance: dg.DagsterInstance) -> Mapping[str, float]:
    """When each part of the daemon said last that it works, in seconds since the epoch; nothing of parts that never did.

    Raises whatever Dagster's storage raises when it cannot be read.
    """
    return {kind: beat.timestamp for kind, beat in instance.get_daemon_heartbeats().items()}


def asleep(instance: dg.DagsterInstance, now: float) -> str:
    """Why nothing starts runs, as a sentence; empty while Dagster's daemon does. `now` is in seconds since the epoch.

    Raises whatever Dagster's storage raises when it cannot be read.
    """
    if instance.daemon_skip_heartbeats_without_errors:
        return ""  # then a daemon without troubles leaves no sign
    beats, needed = heartbeats(instance), instance.get_required_daemon_types()
    ages = {kind: now - beats[kind] if kind in beats else None for kind in _WANTED if kind in needed}
    return next((_sentence(kind, age) for kind, age in ages.items() if age is None or age > STALE_S), "")


def _sentence(kind: str, age: float | None) -> str:
    since = "has given no sign of life yet" if age is None else f"gave its last sign of life {age:.0f} s ago"
    return f"Dagster's daemon {since}, so it {_WANTED[kind]}. Start `dagster dev`, or `dagster-daemon run`, with the same DAGSTER_HOME."
