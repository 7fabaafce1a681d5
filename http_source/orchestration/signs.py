"""Signs of life of runs, as one who asks about them sees it: who asks again remembers what he saw, and need not wait a second time."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import dagster as dg

from http_source.orchestration.ledger.lease import LAPSE_S, RENEW_S, FailureDetector
from http_source.orchestration.ledger.runs import LiveRun, runs_by_id

_FRESH_S = 2 * RENEW_S
_LOOK_AGAIN_S = 0.3
_FORGOTTEN_S = 600.0


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of one run, in seconds of a clock of this process.

    Attributes:
        lease: its sign.
        since: when this one was seen first.
        at: when it was looked at last.
        renewed: whether it took the place of one that was seen a moment before, so that the run lived at `since`.
    """

    lease: str
    since: float
    at: float
    renewed: bool = False

    def later(self, lease: str, now: float) -> "_Seen":
        """What it is after another look."""
        if lease == self.lease:
            return replace(self, at=now)
        return _Seen(lease, now, now, renewed=now - self.at < _FRESH_S)

    def is_alive(self, now: float) -> bool | None:
        """Whether it gave a sign just now; None where that is not known yet."""
        if now - self.since >= _FRESH_S:
            return False
        return True if self.renewed else None


@dataclass
class Signs:
    """What one who asks has seen so far; threads may share it, and then wait together.

    A sign that is fresh by the storage's clock is a sign of life. Of other runs, clocks need not agree, it is awaited, for as long as a run
    may take to give one.
    """

    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _waiting: threading.Lock = field(default_factory=threading.Lock)

    def silent(self, instance: dg.DagsterInstance, runs: Sequence[LiveRun]) -> Mapping[str, str]:
        """The runs at work among these that cannot be counted on, and why."""
        found = {run.id: run for run in runs if run.is_at_work and run.lease}
        gone = {run_id: f"{death.reason} Its last sign of life was {_last(found[run_id])}; the sensor's next tick starts another run."
                for run_id, death in FailureDetector({}).deaths(found.values()).items()}
        doubtful = [run for run_id, run in found.items() if not _is_fresh(run) and run_id not in gone]
        lapse = f"another takes over after {LAPSE_S:g} s."
        return gone | {run_id: f"Its run {run_id} gave no sign of life since {_last(found[run_id])}; {lapse}"
                       for run_id in self._silent(instance, doubtful)}

    def _silent(self, instance: dg.DagsterInstance, runs: Iterable[LiveRun]) -> set[str]:
        judged = {run.id: self._look(run) for run in runs}
        if None not in judged.values():
            return {run_id for run_id, alive in judged.items() if not alive}
        # Who comes meanwhile asks the storage nothing, and finds the answer.
        with self._waiting:
            undecided = [run_id for run_id, alive in judged.items() if alive is None]
            while undecided:
                now = self._look_again(instance, undecided)
                judged |= now
                undecided = [run_id for run_id, alive in now.items() if alive is None]
                if undecided:
                    threading.Event().wait(_LOOK_AGAIN_S)
        return {run_id for run_id, alive in judged.items() if not alive}

    def _look_again(self, instance: dg.DagsterInstance, run_ids: Sequence[str]) -> dict[str, bool | None]:
        """One that has ended meanwhile is not silent."""
        found = runs_by_id(instance, run_ids)
        at_work = {run_id: run for run_id, run in found.items() if run.is_at_work}
        return {run_id: self._look(at_work[run_id]) if run_id in at_work else True for run_id in run_ids}

    def _look(self, run: LiveRun) -> bool | None:
        with self._looking:
            now, before = self.clock(), self._seen.get(run.id)
            seen = before.later(str(run.lease), now) if before else _Seen(str(run.lease), now, now)
            self._seen[run.id] = seen
            for forgotten in [each for each, known in self._seen.items() if now - known.at > _FORGOTTEN_S]:
                del self._seen[forgotten]
            return seen.is_alive(now)


def _is_fresh(run: LiveRun) -> bool:
    return 0 <= time.time() - run.record.update_timestamp.timestamp() < _FRESH_S


def _last(run: LiveRun) -> str:
    return f"{run.record.update_timestamp.astimezone():%Y-%m-%d %H:%M:%S}"
