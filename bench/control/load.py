"""What it costs while nothing happens to it: processor time of each of Dagster's processes, and growth of what it stores."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.control.connector import Control
from bench.control.fill import fill, stored
from bench.control.findings import Findings
from bench.control.stage import Stage
from bench.processes import CpuMeter

_HOUR_S = 3600
_MEGABYTE = 1e6
_LOOK_S = 1.0
_PASSING = ("-wal", "-shm", "-journal")
_IDLE_INTERVAL_MS = 15_000


@dataclass(frozen=True, slots=True)
class Load:
    """How much is measured.

    Attributes:
        events: synthetic events of the asset that fill the log before.
    """

    seconds: float = 60
    settling: float = 20
    interval_ms: int = 100
    entities: int = 2
    events: int = 0


def busy(control: Control, found: Findings, load: Load) -> None:
    """Every request brings a record."""
    control.entities = [f"e{number}" for number in range(load.entities)]
    control.intervals_ms = (load.interval_ms, load.interval_ms)
    control.begin()
    if load.events:
        found.add("seconds to fill the log", _filled(control, load.events))
    _measure(control.stage, found, load)
    for _ in found.rounds(control):
        pass


def _filled(control: Control, events: int) -> float:
    control.stage.need(lambda: stored(control.stage.state, control.name) == len(control.entities), "Nothing is stored of some entity")
    control.stage.stop()
    began = time.monotonic()
    fill(control.stage.state, control.name, events, lambda: control.stage.pause(0.001))
    seconds = time.monotonic() - began
    # What it does not know of it would read from the beginning in one tick: no log ever grows like that.
    control.stage.run_command("dagster", "sensor", "cursor", f"{control.name}_sensor", "--delete", "-w", "workspace.yaml")
    control.stage.start(control.name)
    control.settle()
    return seconds


def idle(control: Control, found: Findings, load: Load) -> None:
    """The connector asks at the default interval, and there is nothing new."""
    control.stage.api.limit = 10
    control.begin()
    control.intervals_ms = (_IDLE_INTERVAL_MS, _IDLE_INTERVAL_MS)
    control.edit()
    control.renew()
    _measure(control.stage, found, load)


def paused(control: Control, found: Findings, load: Load) -> None:
    """The connector's sensor is off."""
    control.begin()
    control.stage.ui.pause(control.name)
    if not control.stage.seen(control.at_rest):
        control.renew()
    _measure(control.stage, found, load)


def failed(control: Control, found: Findings, load: Load) -> None:
    """The API refuses every request, and the connector waits for a person."""
    control.more = {"auto.restart.on.user.error": "false", "max.retries": "0"}
    control.begin()
    control.stage.api.status = 400
    control.stage.seen(control.at_rest)
    _measure(control.stage, found, load)


def restarting(control: Control, found: Findings, load: Load) -> None:
    """The API refuses every request, and the connector is started again and again."""
    control.more = {"max.retries": "0"}
    control.begin()
    control.stage.api.status = 400
    _measure(control.stage, found, load)


def _measure(stage: Stage, found: Findings, load: Load) -> None:
    _watch(stage, load.settling, lambda: None)
    meter = CpuMeter()
    size, began = bytes_of(stage.state), time.monotonic()
    _watch(stage, load.seconds, lambda: meter.look(stage.processes()))
    seconds, grown = time.monotonic() - began, bytes_of(stage.state) - size
    for role, used in sorted(meter.used.items()):
        found.add(f"CPU of {role}, % of a core", 100 * used / seconds)
    found.add("CPU of all, % of a core", 100 * sum(meter.used.values()) / seconds)
    found.add(".dagster grows, MB an hour", grown / seconds * _HOUR_S / _MEGABYTE)


def _watch(stage: Stage, seconds: float, look: Callable[[], None]) -> None:
    deadline = time.monotonic() + seconds
    look()
    while (left := deadline - time.monotonic()) > 0:
        stage.pause(min(left, _LOOK_S))
        look()


def bytes_of(folder: Path) -> int:
    """What the files below a folder hold together; one that vanishes meanwhile holds nothing, and SQLite's logs come and go."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() and not file.name.endswith(_PASSING) else 0
        except FileNotFoundError:
            continue
    return total
