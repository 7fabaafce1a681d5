"""Dagster's instance in a code server, kept from tick to tick.

A sensor's context opens an instance of its own at each tick. With SQLite that reads every migration that Dagster ever had, and takes
twice the processor time of the rest of the tick: fifty connectors kept a whole core busy with it.
"""

import threading

import dagster as dg

_opening = threading.Lock()
_kept: list[dg.DagsterInstance] = []


def instance_of(context: dg.SensorEvaluationContext) -> dg.DagsterInstance:
    """The instance of a tick: one that was opened by an earlier tick with the same settings, or the context's own where it has no settings.

    It stays open as long as the process, as it does in Dagster's daemon, and threads may share it.
    """
    settings = context.instance_ref
    if settings is None:
        return context.instance
    with _opening:
        if not _kept or _kept[0].get_ref() != settings:
            # Whoever works with the one before goes on with it.
            _kept[:] = [dg.DagsterInstance.from_ref(settings)]
        return _kept[0]
