"""What a run logs while its op is at work."""

from collections import deque

import dagster as dg

Context = dg.OpExecutionContext | dg.AssetExecutionContext


def log_event(context: Context, event: dg.AssetMaterialization | dg.AssetObservation) -> None:
    """Store an event at once, and nowhere else: Dagster would keep each in memory, too, until the op ends, hours later."""
    context.log_event(event)
    deque(context.consume_events(), maxlen=0)
