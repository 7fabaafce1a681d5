"""What Dagster's daemon, which starts all runs, last said of itself."""

import dagster as dg

_SENSORS = "SENSOR"
_SILENT_S = 120.0
"""It says it every 30 s, and later where ticks take long."""


def silent_daemon(instance: dg.DagsterInstance, now: float) -> str:
    """Why nobody ticks sensors, as a sentence; empty while the daemon does. `now` is in seconds since the epoch.

    Raises whatever Dagster's storage raises.
    """
    last = instance.get_daemon_heartbeats().get(_SENSORS)
    if last is None:
        return "Dagster's daemon, which starts runs, has not run here yet: start it."
    ago = now - last.timestamp
    return f"Dagster's daemon, which starts runs, gave its last sign of life {ago:.0f} s ago: start it." if ago > _SILENT_S else ""
