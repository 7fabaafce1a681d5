"""What Dagster has stored of its daemon."""

from collections.abc import Mapping

import dagster as dg


def heartbeats(instance: dg.DagsterInstance) -> Mapping[str, float]:
    """When each part of the daemon said last that it works, in seconds since the epoch; nothing of parts that never did."""
    return {name: beat.timestamp for name, beat in instance.get_daemon_heartbeats().items()}
