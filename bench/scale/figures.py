"""What was measured of a fleet, and the tables that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bench.processes import MEGABYTE, Held
from bench.scale.history import History
from bench.scale.storage import Stored

_DAY_S, _HOUR_S = 86_400, 3_600
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of some time in which all entities were polled.

    Attributes:
        seconds: how long that was.
        first: seconds from the start of Dagster until every entity was polled once.
        late: by how many seconds each request came after it was due.
        cpu: seconds of processor time by role, `statements` what was asked of the storage by role.
        load: the load average of the machine at the end.
    """

    seconds: float
    first: float
    late: Sequence[float]
    stored: Stored
    history: History
    cpu: Mapping[str, float]
    held: Mapping[str, Held]
    statements: Mapping[str, int]
    load: float

    def rows(self) -> list[tuple[str, str]]:
        """A line for each figure."""
        return [*self._time(), *self._storage(), *self._processes()]

    def _time(self) -> list[tuple[str, str]]:
        history = self.history
        return [
            ("all entities polled first after, s", f"{self.first:.0f}"),
            ("requests a second", f"{len(self.late) / self.seconds:.1f}"),
            ("requests late: p50, p99, most, s", quantiles_of(self.late)),
            ("ticks a second", f"{len(history.periods) / self.seconds:.1f}"),
            ("a tick takes: p50, p99, most, s", quantiles_of(history.seconds)),
            ("from a sensor's tick to its next: p50, p99, most, s", quantiles_of(history.periods)),
            ("ticks that failed", ", ".join(f"{count} times {message}" for message, count in history.failed.items()) or "0"),
            ("the cursor, bytes", f"{max(history.cursors, default=0):,}"),
            ("runs that began", ", ".join(f"{count} {status}" for status, count in history.runs.items()) or "0"),
            ("statements a tick: code server, daemon", f"{self._a_tick('code server')}, {self._a_tick('daemon')}"),
            ("statements a second of a run", self._of_a_run()),
        ]

    def _a_tick(self, role: str) -> str:
        return f"{self.statements.get(role, 0) / max(len(self.history.periods), 1):.1f}"

    def _of_a_run(self) -> str:
        runs = self.held["run"].count if "run" in self.held else 0
        return f"{self.statements.get('run', 0) / self.seconds / max(runs, 1):.1f}"

    def _storage(self) -> list[tuple[str, str]]:
        parts = {"storage": self.stored.all, "checkpoints": self.stored.checkpoints, "ticks": self.stored.ticks, "runs": self.stored.runs}
        rows = [(f"{name} an hour, a day, MB", f"{self._mb(grown, _HOUR_S)}, {self._mb(grown, _DAY_S)}") for name, grown in parts.items()]
        return [*rows, ("checkpoints a second", f"{self.stored.count / self.seconds:.1f}")]

    def _mb(self, grown: float, seconds: float) -> str:
        return f"{grown / self.seconds * seconds / MEGABYTE:,.0f}"

    def _processes(self) -> list[tuple[str, str]]:
        rows = [(f"CPU of {role}, % of a core", f"{100 * self.cpu.get(role, 0.0) / self.seconds:.1f}") for role in sorted(self.held)]
        memory = [(f"memory of {role}: processes, MB in all (PSS), MB of one (RSS)",
                   f"{each.count}, {each.shared / MEGABYTE:,.0f}, {median(each.resident) / MEGABYTE:.0f}")
                  for role, each in sorted(self.held.items())]
        run = self.held.get("run", Held(threads=[0], connections=[0]))
        return [
            ("CPU of all, % of a core", f"{100 * sum(self.cpu.values()) / self.seconds:.0f}"), *rows,
            ("memory of all, MB (PSS)", f"{sum(each.shared for each in self.held.values()) / MEGABYTE:,.0f}"), *memory,
            ("threads, connections of a run", f"{median(run.threads):.0f}, {median(run.connections):.0f}"),
            ("load average at the end", f"{self.load:.1f}"),
        ]


def quantiles_of(values: Sequence[float]) -> str:
    """The median, the ninety-ninth hundredth and the largest of some values."""
    if len(values) <= 1:
        return "-"
    parts = quantiles(values, n=_HUNDREDTHS, method="inclusive")
    return f"{parts[49]:.3f}, {parts[98]:.3f}, {max(values):.3f}"
