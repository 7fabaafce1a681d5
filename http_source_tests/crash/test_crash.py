"""Whatever is killed, whenever: every record arrives, and what is repeated begins at a checkpoint (B122, B123, B126, P1, P4)."""

import signal
import sys

from http_source_tests.crash.rehearsal import SIZE, Rehearsal, at_random, rehearse
from http_source_tests.crash.topic import Verdict, judge

PAGES = 80


def test_after_kill_9_nothing_is_lost_and_what_is_repeated_begins_at_the_last_checkpoint() -> None:
    """B122, B123, B124: wherever it finds the run."""
    kills = at_random(4, PAGES)
    verdict, rehearsal = rehearse(PAGES, kills)
    assert verdict.lost == 0, kills
    assert verdict.skipped == (), kills
    assert len(verdict.repeated) <= len(kills)
    assert resumed_from_checkpoints(rehearsal)


def test_after_sigterm_nothing_is_lost_and_nothing_is_repeated() -> None:
    """B126: what is on its way is finished first."""
    verdict, rehearsal = rehearse(PAGES, [(20, signal.SIGTERM)])
    assert verdict == Verdict(lost=0, repeated=(), skipped=())
    assert resumed_from_checkpoints(rehearsal)
    assert len(rehearsal.api.asked) <= PAGES + 1


def test_a_run_whose_parent_is_killed_ends_by_itself_and_nothing_is_repeated() -> None:
    """As when the code server is gone: nobody would tell its runs to stop."""
    launcher = [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])"]
    verdict, rehearsal = rehearse(PAGES, [(20, signal.SIGKILL)], launcher)
    assert verdict == Verdict(lost=0, repeated=(), skipped=())
    assert resumed_from_checkpoints(rehearsal)


def resumed_from_checkpoints(rehearsal: Rehearsal) -> bool:
    return bool(rehearsal.resumed) and all(stored == asked for stored, asked in rehearsal.resumed)


def test_the_judge_sees_what_is_lost_repeated_and_disordered() -> None:
    """A page of 50 that was delivered twice, a record that is missing, and one that came late."""
    ids = [*range(SIZE), *range(SIZE), 51, 53, 52]
    assert judge(ids, 54) == Verdict(lost=1, repeated=(SIZE, 2), skipped=(1, 1))
