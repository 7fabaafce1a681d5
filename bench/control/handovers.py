"""What the change from one run to the next costs, for each way a run ends: the longest time without a request, less the interval."""

import math
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from bench.control.connector import Control
from bench.control.findings import Findings
from bench.control.stage import SELDOM_S
from bench.control.ui import Run

_SHORT_RUN_S = 20
_LONG_LIFE_S = 65
_FAR = 1_000
_GAP = "longest gap beyond the interval"

Way = Callable[[Control, Run], None]


def by_time(control: Control, found: Findings) -> None:
    """Runs end by `run.max.seconds`."""
    control.more["run.max.seconds"] = str(_SHORT_RUN_S)
    _hand_over(control, found, lambda _control, _run: None)


def terminate(control: Control, found: Findings) -> None:
    """A person terminates the run."""
    _hand_over(control, found, lambda control, run: control.stage.ui.terminate(run.id))


def kill(control: Control, found: Findings) -> None:
    """The process of the run is killed, once it has lived too long for a crash at its start, after which a pause would grow."""

    def kill_later(control: Control, run: Run) -> None:
        control.stage.pause(_LONG_LIFE_S)
        _signalled(signal.SIGKILL)(control, run)

    _hand_over(control, found, kill_later)


def sigterm(control: Control, found: Findings) -> None:
    """The process of the run is told to end."""
    _hand_over(control, found, _signalled(signal.SIGTERM))


def offsets(control: Control, found: Findings) -> None:
    """An entity is moved by the command."""
    control.skips = True

    def move(control: Control, _run: Run) -> None:
        target = max(control.stage.api.served(control.name, "a")) + _FAR
        control.stage.run_command("http_source.cli", "offsets", "set", control.name, f"a={target}")
        done = time.monotonic()
        moved = control.stage.seen(lambda: any(each.start >= target for each in control.asked(done, entity="a")))
        first = min((each.at for each in control.asked(done, entity="a") if each.start >= target), default=math.inf)
        found.add("first request of the new offset", first - done if moved else math.inf)

    _hand_over(control, found, move)


def edited(control: Control, found: Findings) -> None:
    """The configuration is edited and reloaded."""

    def edit(control: Control, _run: Run) -> None:
        control.edit()

    _hand_over(control, found, edit)


def _signalled(number: signal.Signals) -> Way:
    def send(control: Control, run: Run) -> None:
        with suppress(ProcessLookupError):
            os.kill(control.process(run), number)

    return send


def _hand_over(control: Control, found: Findings, way: Way) -> None:
    control.begin()
    for _ in found.rounds(control):
        run, began = control.present_run(), time.monotonic()
        way(control, run)
        if _succeeded(control, run):
            found.add(_GAP, control.longest_gap(began))
        else:
            found.add(_GAP, math.inf)
            control.renew()


def _succeeded(control: Control, run: Run) -> bool:
    """Whether a run after this one is at work, this one has ended, and all entities are asked again."""
    patience = control.stage.patience + int(control.more.get("run.max.seconds", 0))
    if not control.stage.seen(lambda: _is_followed(control, run), patience, SELDOM_S):
        return False
    moment = time.monotonic()
    return control.stage.seen(lambda: control.is_polled(moment))


def _is_followed(control: Control, run: Run) -> bool:
    runs = control.stage.ui.runs(control.name)
    return bool(runs) and runs[0].id != run.id and runs[0].status == "STARTED" and all(each.ended for each in runs if each.id == run.id)
