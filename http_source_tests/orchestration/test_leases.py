"""How it is judged whether a run lives: by a sign that changes, seen by whoever looks, and by its process where that can be seen."""

from dataclasses import dataclass
from uuid import uuid4

import dagster as dg
import pytest

from http_source.orchestration.ledger.lease import LAPSE_S, FailureDetector, Lease, LeasePhase, Sign
from http_source.orchestration.ledger.process import Process, boot_mark
from http_source_tests.orchestration.stand import Stand

BUSY = dg.DagsterRunStatus.STARTED
ELSEWHERE = Process("elsewhere", "another boot", "1", 1, "1")


@dataclass
class Run:
    """What is seen of a run."""

    id: str = "run"
    status: dg.DagsterRunStatus = BUSY
    lease: Lease | None = None


class Watch:
    """A lookout whose looks are some seconds apart, as its memory has it."""

    def __init__(self, run: Run, every: float = 5) -> None:
        self.run = run
        self.every = every
        self.signs: dict[str, Sign] = {}

    def after(self, seconds: float, *, boot: str | None = None) -> bool:
        """Whether the run is judged dead by the next look, that many seconds after the last one."""
        for run_id, sign in self.signs.items():
            self.signs[run_id] = Sign(sign.text, sign.silent, sign.at - seconds, boot or sign.boot)
        return self.run.id in FailureDetector(self.signs, self.every).deaths([self.run])

    def within(self, seconds: float, every: float = 5) -> bool:
        """Whether it is judged dead by looks every few seconds for that long."""
        found = [self.after(every) for _ in range(int(seconds / every))]
        return any(found)


def lease(beat: int = 0, phase: LeasePhase = LeasePhase.POLLING, process: Process | None = ELSEWHERE) -> Lease:
    return Lease("run", phase, beat, process)


def test_a_lease_is_read_as_it_was_written_and_only_as_its_own_runs() -> None:
    written = str(lease(7, process=Process.own()))
    assert Lease.parse(written, "run") == lease(7, process=Process.own())
    assert Lease.parse(written, "the same run, executed again") is None


@pytest.mark.parametrize("text", ["", "run", "run polling", "run polling x host", "run sleeping 3 a:b:1:2:3", "run polling -3 a:b:c:1:2"])
def test_what_is_no_lease_is_none(text: str) -> None:
    assert Lease.parse(text, "run") is None


def test_b179_a_run_that_gives_no_sign_of_life_is_dead_within_half_a_minute_wherever_it_was() -> None:
    watch = Watch(Run(lease=lease()))
    assert not watch.within(LAPSE_S - 3)
    assert watch.within(15)


@pytest.mark.parametrize("every", [16, 60])
def test_b179_a_sensor_that_looks_seldom_knows_at_its_second_look(every: float) -> None:
    watch = Watch(Run(lease=lease()), every)
    watch.after(0)
    assert not watch.after(LAPSE_S - 3)
    assert watch.after(every)


def test_b180_a_run_that_renews_lives_however_long_and_whoever_looks() -> None:
    run = Run(lease=lease())
    watch = Watch(run)
    for beat in range(100):
        run.lease = lease(beat)
        assert not watch.after(15)


def test_b180_what_another_machine_has_timed_counts_for_nothing() -> None:
    watch = Watch(Run(lease=lease()))
    watch.after(0)
    assert not watch.after(1_000_000, boot="before the code server moved")
    assert not watch.within(15)
    assert watch.within(10)


def test_a_machine_that_slept_does_not_bury_the_run_that_slept_with_it() -> None:
    watch = Watch(Run(lease=lease()))
    watch.after(0)
    assert not watch.after(86_400)
    watch.run.lease = lease(1)
    assert not watch.after(5)


@pytest.mark.parametrize(("status", "longest"), [
    (dg.DagsterRunStatus.NOT_STARTED, 300), (dg.DagsterRunStatus.STARTING, 300), (BUSY, 60), (dg.DagsterRunStatus.CANCELING, 60),
])
def test_a_run_that_never_begins_does_not_hold_its_task_for_ever(status: dg.DagsterRunStatus, longest: float) -> None:
    watch = Watch(Run(status=status))
    assert not watch.within(longest - 10)
    assert watch.within(25)


def test_b182_a_run_in_the_queue_waits_as_long_as_it_takes() -> None:
    assert not Watch(Run(status=dg.DagsterRunStatus.QUEUED)).within(10_000, every=10)


def test_what_is_no_longer_there_is_forgotten() -> None:
    watch = Watch(Run(lease=lease()))
    watch.after(5)
    FailureDetector(watch.signs).deaths([])
    assert watch.signs == {}


# In a tick


def gone() -> Process:
    """A process that was here, and ended."""
    own = Process.own()
    return Process(own.host, own.boot, own.namespace, own.number, "0")


def ended(stand: Stand, run: dg.DagsterRun) -> bool:
    found = stand.instance.get_run_by_id(run.run_id)
    return found is not None and found.is_finished


def test_b125_a_run_whose_process_is_gone_is_marked_failed_at_once(idle: Stand) -> None:
    run = idle.live(idle.wanted(), process=str(gone()))
    idle.tick()
    assert ended(idle, run)


@pytest.mark.parametrize("process", [ELSEWHERE, Process("another host", boot_mark(), "1", 1, "0")])
def test_b180_a_run_whose_process_cannot_be_seen_from_here_is_believed_to_live(idle: Stand, process: Process) -> None:
    run = idle.live(idle.wanted(), process=str(process))
    assert idle.tick() == []
    assert not ended(idle, run)


def test_b136_a_run_that_takes_the_place_of_one_whose_process_is_gone_is_not_taken_for_it(idle: Stand) -> None:
    """Executed again from the UI it has the tags of the old one, until it begins."""
    old = str(uuid4())
    request = idle.wanted()
    tags = {**request.tags, ".dagster/http_source_lease": f"{old} polling 3 {gone()}", ".dagster/http_source_end": f"{old} ends"}
    run = idle.live(dg.RunRequest(tags=tags, run_config=request.run_config), phase="")
    assert idle.tick() == []
    assert not ended(idle, run)
