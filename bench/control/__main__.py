"""How quickly what the files say is what runs, and what that costs.

    python -m bench.control [SCENARIO …] [--times N] [--json FILE]

Each scenario plays under the real `dagster dev` with the shipped settings in a fresh folder, with an in-memory Kafka and an API that notes
who asked what and when; it is driven from outside only: by files, Dagster's GraphQL, commands and signals. Two entities are asked every
250 or 300 ms, for one record each time. Times are seconds. What is not seen within `--patience` counts as not seen, and as longer
than everything else. "lost" are records that the API gave, or passed over, and no topic has; it must be 0. A kill repeats what came after
the last checkpoint, at most 10 s old.

The scenarios busy, idle, paused, failed and restarting show what each state costs over `--seconds`; growth needs ten minutes of them to be
exact, since a run's database alone is 135 KB. `busy --events 1000000` fills the event log first.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import requests

from bench.control import edits, handovers, load, stops
from bench.control.connector import Control
from bench.control.findings import Findings, report
from bench.control.load import Load
from bench.control.stage import NotReached, Timing, stage
from bench.control.ui import Refused
from bench.figures import machine
from http_source.demo.interruption import Interrupted, Interruption
from http_source.demo.processes import ServiceFailed

Play = Callable[[Control, Findings], None]

CONTROL: Mapping[str, Play] = {
    "edit": edits.edit,
    "removal": edits.removal,
    "pause": edits.pause,
    "entities": edits.entities,
    "tasks": edits.tasks,
    "end-by-time": handovers.by_time,
    "terminate": handovers.terminate,
    "kill": handovers.kill,
    "sigterm": handovers.sigterm,
    "offsets-set": handovers.offsets,
    "edit-gap": handovers.edited,
    "code-server": stops.code_server,
    "ctrl-c": stops.ctrl_c,
}
LOADS: Mapping[str, Callable[[Control, Findings, Load], None]] = {
    "busy": load.busy,
    "idle": load.idle,
    "paused": load.paused,
    "failed": load.failed,
    "restarting": load.restarting,
}


def main() -> int:
    """Play the scenarios, print the table; 1 when a record was lost or a scenario ended early, 128 + the signal that ended it all."""
    options = _options()
    findings: list[Findings] = []
    status = 0
    with Interruption() as interruption:
        try:
            _play_all(options, findings, interruption.pause)
        except Interrupted as reason:
            sys.stderr.write(f"{reason}\n")
            status = 128 + reason.number
    sys.stdout.write(f"{report(findings)}\n\n{machine()}\n")
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "findings": [each.to_json() for each in findings]}, indent=1))
    return status or int(any(each.lost or each.problem for each in findings))


def _play_all(options: argparse.Namespace, findings: list[Findings], pause: Callable[[float], None]) -> None:
    deadline = time.monotonic() + options.minutes * 60
    for name in options.scenarios:
        if time.monotonic() > deadline:
            sys.stderr.write(f"{name}: left out, the time is over\n")
            continue
        findings.append(Findings(name, times=options.times if name in CONTROL else 1, deadline=deadline))
        _play(findings[-1], CONTROL.get(name) or _under_load(LOADS[name], options), Timing(pause, options.patience))


def _under_load(play: Callable[[Control, Findings, Load], None], options: argparse.Namespace) -> Play:
    size = Load(options.seconds, interval_ms=options.interval_ms, entities=options.entities, events=options.events)
    return lambda control, found: play(control, found, size)


def _play(found: Findings, play: Play, timing: Timing) -> None:
    sys.stderr.write(f"{found.scenario} …\n")
    try:
        with stage(timing) as here:
            play(Control(here), found)
    except (NotReached, Refused, ServiceFailed, requests.RequestException) as error:
        found.problem = f"{type(error).__name__}: {error}"
    sys.stderr.write(f"{report([found])}\n\n" if found.values or found.problem else "")


def _options() -> argparse.Namespace:
    names = [*CONTROL, *LOADS]
    parser = argparse.ArgumentParser(prog="python -m bench.control", description="Measure how quickly what the files say is what runs.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"what to play, all by default: {', '.join(names)}")
    parser.add_argument("--times", type=int, default=3, help="rounds of each scenario (default: %(default)s)")
    parser.add_argument("--patience", type=float, default=120, help="seconds until something counts as not seen (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=120, help="begin nothing after so long (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="how long a load is measured (default: %(default)s)")
    parser.add_argument("--interval-ms", type=int, default=100, help="request.interval.ms of `busy` (default: %(default)s)")
    parser.add_argument("--entities", type=int, default=2, help="entities of `busy` (default: %(default)s)")
    parser.add_argument("--events", type=int, default=0, help="events in the log before `busy` is measured (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all values there")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(names):
        parser.error(f"There is no scenario {', '.join(sorted(unknown))}, but {', '.join(names)}.")
    options.scenarios = options.scenarios or names
    return options


if __name__ == "__main__":
    sys.exit(main())
