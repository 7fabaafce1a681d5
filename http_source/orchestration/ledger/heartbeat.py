"""Renews the lease of a run, and hears what others want of it: in threads of their own, so that a slow storage stops neither.

One thread reads the run's own record every second and renews the lease every few seconds. The other one asks no storage: it holds the
run when the lease was not renewed in time, however long a question to the storage takes.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import dagster as dg

from http_source.foreign.chains import trace
from http_source.orchestration.ledger.lease import HOLD_S, RENEW_S, Lease, LeasePhase
from http_source.orchestration.ledger.names import CONFIGURED_TAG, CONNECTOR_TAG, KIND_TAG, LEASE_TAG, POLLS, SENSOR_TAG
from http_source.orchestration.ledger.process import Process
from http_source.orchestration.ledger.runs import LiveRun, live_run
from http_source.orchestration.ledger.sensors import SensorState, sensor_of

_LOOK_S = 1.0
_LOOK_AT_SENSOR_S = 2.0
_JOIN_S = 2.0
_log = logging.getLogger(__name__)

Carried = Callable[[], Mapping[str, str]]
"""Gives tags that are written with the lease."""


class LeaseHeld(Protocol):
    """What asks nothing while it is held."""

    def hold(self) -> None: ...  # noqa: D102
    def go_on(self) -> None: ...  # noqa: D102


class Troubles(Protocol):
    """Who is told how the storage fares."""

    def failed(self, error: Exception) -> None: ...  # noqa: D102
    def answered(self) -> None: ...  # noqa: D102


class Heartbeat:
    """The sign of life of one run.

    Attributes:
        told_to_end: why somebody wants the run to end, as a sentence; empty while nobody does.
        disowned: that Dagster counts the run as ended, as a sentence; empty while it does not.
        is_supervised: whether a sensor requested the run, which will request its successor.
    """

    def __init__(  # noqa: PLR0913 - each is named by the caller
        self, instance: dg.DagsterInstance, run_id: str, *, connector: str, mark: str, sensor: str, troubles: Troubles
    ) -> None:
        """`connector` is its identity, `mark` that of the configuration the run has read, `sensor` the name of what starts its runs."""
        self._instance = instance
        self._troubles = troubles
        self._run_id = run_id
        self._sensor_name = sensor
        self._sensor: Callable[[dg.DagsterInstance], SensorState] | None = None
        self._first = {CONNECTOR_TAG: connector, KIND_TAG: POLLS, CONFIGURED_TAG: f"{run_id} {mark}"}
        self._lease = Lease(run_id, process=Process.own())
        self._renewed = time.monotonic()
        self._asked_sensor_at = 0.0
        self._carried: Carried = dict
        self._has_warned = False
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.told_to_end = ""
        self.disowned = ""
        self.is_supervised = False

    def begin(self) -> LiveRun:
        """Take the lease, and say by which configuration; the run's own record. Raises whatever the storage raises."""
        mine = self._instance.get_run_by_id(self._run_id)
        self.is_supervised = mine is not None and SENSOR_TAG in mine.tags
        self._sensor = sensor_of(mine, self._sensor_name) if mine and self.is_supervised else None
        self._renew(self._first)
        found = live_run(self._instance, self._run_id)
        if found is None:
            raise dg.Failure("This run was deleted before it began to poll.", allow_retries=False)
        self._start(self._listen)
        return found

    def guard(self, held: LeaseHeld, carried: Carried = dict) -> None:
        """Hold what polls whenever the lease was not renewed in time; from now on each renewal writes what is `carried`."""
        self._carried = carried
        self._start(lambda: self._watch(held))

    @property
    def is_late(self) -> bool:
        """Whether the lease was not renewed in time: nothing may be asked until it is."""
        return time.monotonic() - self._renewed > HOLD_S

    def enter(self, phase: LeasePhase) -> None:
        """Say how far the run is. Raises whatever the storage raises."""
        if self._lease.phase is not phase:
            self._renew({}, phase)

    def end(self) -> None:
        """Renew nothing more, and say that everything is stored; where that cannot be said, the lease lapses."""
        self._over.set()
        for thread in self._threads:
            thread.join(_JOIN_S)
        try:
            self._renew({}, LeasePhase.RELEASED)
        except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
            _log.warning("Dagster's storage cannot be used (%s): the lease of this run lapses by itself.", type(error).__name__)

    # Threads

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="http-source-lease", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._over.wait(_LOOK_S):
            try:
                self._hear()
                if time.monotonic() - self._renewed >= RENEW_S:
                    self._renew({})
            except Exception as error:  # noqa: BLE001 - each storage raises exceptions of its own
                self._troubles.failed(error)
            else:
                self._troubles.answered()

    def _watch(self, held: LeaseHeld) -> None:
        holds = False
        while not self._over.wait(_LOOK_S / 2):
            # Others may have taken over meanwhile: who is to end does not begin again.
            wanted = self.is_late or (holds and bool(self.told_to_end or self.disowned))
            if wanted is not holds:
                holds = wanted
                if self.is_late:  # the storage may be silent rather than refuse
                    self._troubles.failed(TimeoutError(f"it does not answer for {HOLD_S:g} s"))
                (held.hold if wanted else held.go_on)()

    # The storage

    def _renew(self, tags: dict[str, str], phase: LeasePhase | None = None) -> None:
        with self._writing:
            if self._over.is_set() and phase is not LeasePhase.RELEASED:
                return
            before = time.monotonic()
            lease = self._lease.renewed(phase or self._lease.phase)
            self._instance.add_run_tags(self._run_id, {**self._load(), **tags, LEASE_TAG: str(lease)})
            self._lease, self._renewed = lease, before

    def _load(self) -> Mapping[str, str]:
        """What is carried; a mistake in it costs that alone, and not the lease."""
        try:
            return self._carried()
        except Exception as error:  # noqa: BLE001 - whatever it was
            if not self._has_warned:
                self._has_warned = True
                _log.warning("The counts of this run cannot be reported, so its metrics stand still; "
                             "polling continues: %s", trace(error, str))
            return {}

    def _hear(self) -> None:
        mine = live_run(self._instance, self._run_id)
        if mine is None or mine.run.is_finished:
            fate = "deleted" if mine is None else f"marked as {mine.status.value}"
            self.disowned = (f"This run was {fate} while it was polling, so it ended: another run may be at work. "
                             "The next run resumes from the last checkpoint.")
            return
        self.told_to_end = self.told_to_end or mine.told_to_end or self._paused()

    def _paused(self) -> str:
        if self._sensor is None or time.monotonic() - self._asked_sensor_at < _LOOK_AT_SENSOR_S:
            return ""
        self._asked_sensor_at = time.monotonic()
        if self._sensor(self._instance).running is not False:
            return ""
        return f"The sensor {self._sensor_name} was switched off."
