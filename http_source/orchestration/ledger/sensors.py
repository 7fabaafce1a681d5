"""What Dagster has stored of sensors: their switch, their cursor, and when they looked last."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import dagster as dg

_SETTLES_S = 1.0
_LOOK_S = 0.1

REFUSED = "refused"
"""Under which a cursor says why the sensor's file is refused, and which file: its fingerprint and the mistakes."""


_OVERDUE_S = 90.0
"""Three ticks that Dagster's daemon has left out."""


@dataclass(frozen=True, slots=True)
class SensorState:
    """A sensor as it is stored.

    Attributes:
        running: whether it is on; None when Dagster has not seen it yet.
        cursor: what it remembers.
        last_tick: when it looked last, in seconds since the epoch.
        switched_on: when it was switched on last, likewise; None where nobody did, or that is not known.
    """

    running: bool | None = None
    cursor: str = ""
    last_tick: float | None = None
    switched_on: float | None = None

    @property
    def refused(self) -> str:
        """Why the sensor's file is refused; empty for one that is not."""
        said = _document(self.cursor).get(REFUSED) or {}
        return str(said.get("reason", "")) if isinstance(said, dict) else ""

    def is_overdue(self, now: float) -> bool:
        """Whether it has not ticked lately, so that what it said may be over; `now` is in seconds since the epoch.

        One that was off for long, and was switched on just now, has a moment for its first tick.
        """
        return self.last_tick is not None and now - max(self.last_tick, self.switched_on or 0.0) > _OVERDUE_S

    @classmethod
    def of(cls, stored: Any) -> Self:
        """What Dagster calls an instigator's state; None for none."""
        if stored is None:
            return cls()
        data = stored.instigator_data
        return cls(stored.is_running, getattr(data, "cursor", None) or "", getattr(data, "last_tick_timestamp", None),
                   getattr(data, "last_sensor_start_timestamp", None))


def sensor_state(instance: dg.DagsterInstance, name: str, prefixed: str = "") -> SensorState:
    """A sensor by its name, and by its connector's identity where that is more than a name."""
    return SensorState.of(_stored(instance, name, prefixed))


class Sensors:
    """All sensors of an instance as they are stored now, read at once."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        """Raises whatever Dagster's storage raises when it cannot be read."""
        self._stored = _all(instance)

    def state(self, name: str, prefixed: str = "") -> SensorState:
        """What `sensor_state` says."""
        return SensorState.of(_found(self._stored, name, prefixed))

    def refusals(self, now: float) -> dict[str, tuple[float, str]]:
        """What sensors say of files that are refused, by their fingerprints: when last, and why. `now` as for `is_overdue`."""
        found: dict[str, tuple[float, str]] = {}
        for state in map(SensorState.of, self._stored):
            said = _document(state.cursor).get(REFUSED)
            if isinstance(said, dict) and not state.is_overdue(now):
                file = str(said.get("file"))
                found[file] = max(found.get(file, (0.0, "")), (state.last_tick or 0.0, state.refused))
        return found


def repository_of(instance: dg.DagsterInstance, name: str, prefixed: str = "") -> str:
    """The code location of a sensor, as Dagster labels it; empty for one that it has not seen yet."""
    stored = _stored(instance, name, prefixed)
    return "" if stored is None else str(stored.origin.repository_origin.get_label())


def switch(instance: dg.DagsterInstance, name: str, prefixed: str = "", *, on: bool) -> bool:
    """Switch a sensor on or off, as the UI does; False when Dagster has not seen it yet, so that there is nothing to switch.

    The daemon writes the whole state at each tick, as it has read it shortly before, and undoes what came in between. So the switch is
    looked at for a second.
    """
    settled = time.monotonic() + _SETTLES_S
    while (stored := _stored(instance, name, prefixed)) is not None:
        if stored.is_running != on:
            statuses = type(stored.status)
            if on and stored.instigator_data is not None:
                stored = stored.with_data(stored.instigator_data.with_sensor_start_timestamp(time.time()))
            instance.update_instigator_state(stored.with_status(statuses.RUNNING if on else statuses.STOPPED))
        if time.monotonic() > settled:
            return True
        threading.Event().wait(_LOOK_S)
    return False


def sensor_of(run: dg.DagsterRun, name: str) -> Callable[[dg.DagsterInstance], SensorState] | None:
    """What asks for the state of a sensor of a run's own code location, by one key; None for a run outside of any."""
    if run.remote_job_origin is None:
        return None
    origin = run.remote_job_origin.repository_origin.get_instigator_origin(name)
    key = (origin.get_id(), origin.get_selector().get_id())
    return lambda instance: SensorState.of(instance.get_instigator_state(*key))


def _stored(instance: dg.DagsterInstance, name: str, prefixed: str) -> Any:
    """A code location that was renamed leaves its sensors behind: the one that looked last counts.

    Another one may have a sensor of the same name, whose cursor says whose it is; one that has not ticked yet says nothing.
    """
    return _found(_all(instance), name, prefixed)


def _all(instance: dg.DagsterInstance) -> Sequence[Any]:
    return [] if instance.schedule_storage is None else instance.all_instigator_state()


def _found(stored: Sequence[Any], name: str, prefixed: str) -> Any:
    states = [state for state in stored if state.instigator_name == name]
    own = [state for state in states if str(_read(state).get("connector") or "") == prefixed]
    own = own or [state for state in states if _read(state).keys() <= {REFUSED}]
    return max(own, key=lambda state: getattr(state.instigator_data, "last_tick_timestamp", None) or 0.0, default=None)


def _read(state: Any) -> dict[str, Any]:
    """A sensor's cursor; nothing of one that has not ticked yet, or that cannot be read."""
    return _document(getattr(state.instigator_data, "cursor", None) or "")


def _document(text: str) -> dict[str, Any]:
    try:
        cursor = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return cursor if isinstance(cursor, dict) else {}
