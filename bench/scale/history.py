"""How the daemon's ticks and the runs went, as Dagster keeps them."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg


@dataclass(slots=True)
class History:
    """What happened in some time, of all sensors and runs.

    Attributes:
        seconds: how long each tick took, from its row to its end: the sensor's own time, and starting what it requested.
        periods: seconds between two ticks of one sensor.
        cursors: bytes of the cursor that each keeps, as text in JSON.
        failed: what went wrong in ticks, and how often.
        runs: runs that began, by how they ended so far.
    """

    seconds: list[float] = field(default_factory=list)
    periods: list[float] = field(default_factory=list)
    cursors: list[int] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    runs: Counter[str] = field(default_factory=Counter)


def history(home: Path, began: float, ended: float) -> History:
    """What began in between, in seconds since the epoch."""
    found = History()
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for state in instance.all_instigator_state():
            _take_in(found, instance.get_ticks(state.instigator_origin_id, state.selector_id, after=began, before=ended))
        created = dg.RunsFilter(created_after=datetime.fromtimestamp(began, UTC), created_before=datetime.fromtimestamp(ended, UTC))
        found.runs.update(run.status.value for run in instance.get_runs(created))
    return found


def _take_in(found: History, ticks: Sequence[Any]) -> None:
    found.periods += [after - before for before, after in pairwise(sorted(tick.timestamp for tick in ticks))]
    found.seconds += [tick.end_timestamp - tick.timestamp for tick in ticks if tick.end_timestamp]
    found.cursors += [len(json.dumps(tick.cursor or "")) for tick in ticks]
    found.failed.update(tick.error.message.strip()[:200] for tick in ticks if tick.error)
