"""The lease of a run: a sign that it renews, and by which others judge whether it lives.

Nobody compares clocks: the sign only counts up, and whoever looks remembers how long it has not changed by a clock of its own. A run
asks nothing more when it could not renew for `HOLD_S`, so that nobody takes over its entities (after `LAPSE_S`) while it asks.
"""

import time
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self

import dagster as dg

from http_source.orchestration.ledger.process import Process, boot_mark

RENEW_S = 4.0
HOLD_S = 10.0
LAPSE_S = 18.0
_UNSEEN_S = 60.0
_START_S = 300.0
_LONGEST_GAP_S, _LATE = 10.0, 1.5
"""More time than this between two looks, or than this times the usual, says nothing: the machine may have slept, and the run with it."""

_STARTING = (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING)


class LeasePhase(StrEnum):
    """How far a run is.

    STARTING: it reads, connects, and waits for the run before it. POLLING: it polls. ENDING: its time is over, and it polls until its
    successor takes over. RELEASED: it asks nothing more, and everything is stored.
    """

    STARTING = "starting"
    POLLING = "polling"
    ENDING = "ending"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a run says of itself.

    Attributes:
        run_id: whose it is.
        phase: how far the run is.
        beat: grows with every renewal.
        process: who renews it; None for one that says nothing of it.
    """

    run_id: str
    phase: LeasePhase = LeasePhase.STARTING
    beat: int = 0
    process: Process | None = None

    def __str__(self) -> str:
        return f"{self.run_id} {self.phase} {self.beat} {self.process or ''}"

    @classmethod
    def parse(cls, text: str, run_id: str) -> Self | None:
        """The lease that a run of this id wrote; None for another's and for what is none."""
        owner, phase, beat, process = (*text.split(" ", 3), "", "", "", "")[:4]
        if owner != run_id or phase not in set(LeasePhase) or not beat.isdecimal():
            return None
        return cls(owner, LeasePhase(phase), int(beat), Process.parse(process))

    def renewed(self, phase: LeasePhase) -> Self:
        """The same, a beat later."""
        return replace(self, phase=phase, beat=self.beat + 1)


@dataclass(frozen=True, slots=True)
class Sign:
    """What was last seen of a run.

    Attributes:
        text: the sign itself.
        silent: seconds since it changed, as far as the looks since then can tell.
        at: when it was looked at last, in seconds of the monotonic clock.
        boot: the machine whose clock that is.
    """

    text: str
    silent: float
    at: float
    boot: str


class Watched(Protocol):
    """What is looked at of a run."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def status(self) -> dg.DagsterRunStatus: ...  # noqa: D102
    @property
    def lease(self) -> Lease | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Death:
    """A run that Dagster believes to be alive, but that is not.

    Attributes:
        reason: how that is known, as a sentence.
        lapsed: whether its lease ran out, which says nothing against starting it again at once.
    """

    reason: str
    lapsed: bool = False


class FailureDetector:
    """Finds the runs that are dead: looks at their signs again and again, and remembers what it saw in `signs`, by the runs' ids.

    `every` is how many seconds usually pass between two looks.
    """

    def __init__(self, signs: MutableMapping[str, Sign], every: float = 0.0) -> None:
        self._signs = signs
        self._longest_gap = max(_LONGEST_GAP_S, _LATE * every)

    def deaths(self, runs: Iterable[Watched]) -> Mapping[str, Death]:
        """The runs that Dagster believes to be alive, but that are not, by their ids."""
        found = {run.id: self._look(run) for run in runs}
        for forgotten in self._signs.keys() - found.keys():
            del self._signs[forgotten]
        return {run_id: death for run_id, death in found.items() if death}

    def _look(self, run: Watched) -> Death | None:
        silent = self._silent(run.id, f"{run.status.value} {run.lease or ''}")
        if run.lease and run.lease.process and run.lease.process.is_gone:
            return Death("The process of this run is gone: it was killed, or ran out of memory or disk space.")
        if run.status is dg.DagsterRunStatus.QUEUED:
            return None
        if run.status in _STARTING:
            return Death(f"This run was not started within {_START_S:g} s.") if silent > _START_S else None
        if run.lease is None:
            return Death(f"This run did not begin to poll within {_UNSEEN_S:g} s of its start.") if silent > _UNSEEN_S else None
        host = f" on {run.lease.process.host}" if run.lease.process else ""
        words = f"This run{host} gave no sign of life for {silent:.0f} s: its process is gone, or out of reach."
        return Death(words, lapsed=True) if silent > LAPSE_S else None

    def _silent(self, run_id: str, text: str) -> float:
        now, boot, before = time.monotonic(), boot_mark(), self._signs.get(run_id)
        same = before is not None and before.text == text
        # What another machine saw was timed by another clock.
        passed = min(max(0.0, now - before.at), self._longest_gap) if same and before and before.boot == boot else 0.0
        silent = before.silent + passed if same and before else 0.0
        self._signs[run_id] = Sign(text, silent, now, boot)
        return silent
