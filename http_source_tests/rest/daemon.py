"""Signs of life of Dagster's daemon, as it leaves them in the storage itself."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

NEEDED = ("SENSOR", "QUEUED_RUN_COORDINATOR")
"""The parts of it without which nothing is polled."""

_STORE = "INSERT OR REPLACE INTO daemon_heartbeats (daemon_type, daemon_id, timestamp, body) VALUES (?, 'a-daemon', ?, ?)"


def beat(home: Path, at: float, *parts: str) -> None:
    """Leave the sign of life of a time in seconds since the epoch; of all that are needed without `parts`."""
    with closing(sqlite3.connect(runs_of(home), timeout=30)) as database, database:
        for part in parts or NEEDED:
            body = {"__class__": "DaemonHeartbeat", "daemon_id": "a-daemon", "daemon_type": part, "errors": [], "timestamp": at}
            database.execute(_STORE, (part, datetime.fromtimestamp(at, UTC).isoformat(" "), json.dumps(body)))


def runs_of(home: Path) -> Path:
    """The file of the storage that has them."""
    (found,) = home.glob("**/runs.db")
    return found
