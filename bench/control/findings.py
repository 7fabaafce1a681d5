"""What a scenario measured, as a table and as JSON."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from bench.control.connector import Control
from bench.figures import table

_HEADER = ("scenario", "measured", "n", "p50", "p95", "max", "not seen", "lost", "repeated")


@dataclass(slots=True)
class Findings:
    """One scenario's.

    Attributes:
        values: what was measured → one value each round; infinite for what was not seen in time.
        lost: records that the API gave and no topic has.
        repeated: records that came once more, in each round.
        problem: why the scenario ended early; empty if it did not.
        times: how many rounds there are.
        deadline: when no round is to begin any more, on the clock of `time.monotonic`.
    """

    scenario: str
    values: dict[str, list[float]] = field(default_factory=dict)
    lost: int = 0
    repeated: list[int] = field(default_factory=list)
    problem: str = ""
    times: int = 1
    deadline: float = math.inf

    def add(self, measured: str, value: float) -> None:
        """Take in a value of one round."""
        self.values.setdefault(measured, []).append(value)

    def rounds(self, control: Control) -> Iterator[int]:
        """Number the rounds, which begin when all is polled as it should be, and count after each what was lost and repeated."""
        before = 0
        for number in range(self.times):
            if time.monotonic() > self.deadline:
                return
            control.settle()
            yield number
            self.lost = max(self.lost, control.lost())
            repeated = control.repeated()
            self.repeated.append(repeated - before)
            before = repeated

    def to_json(self) -> dict[str, Any]:
        """Everything; null stands for what was not seen."""
        values = {name: [each if math.isfinite(each) else None for each in found] for name, found in self.values.items()}
        return {"scenario": self.scenario, "values": values, "lost": self.lost, "repeated": self.repeated, "problem": self.problem}

    def rows(self) -> Iterator[Sequence[str]]:
        """The rows of the table; what is counted for the whole scenario stands in the first."""
        repeated = f"{sum(self.repeated)}" + (f" (at most {max(self.repeated)} a round)" if any(self.repeated) else "")
        counted = [str(self.lost), repeated] if self.repeated else ["", ""]
        for name, found in self.values.items():
            unseen = sum(math.isinf(each) for each in found)
            yield [self.scenario, name, str(len(found)), *map(_shown, _figures(found)), str(unseen or ""), *counted]
            counted = ["", ""]


def report(findings: Sequence[Findings]) -> str:
    """The table, and below it what ended early."""
    problems = [f"{each.scenario} ended early: {each.problem}" for each in findings if each.problem]
    return "\n\n".join([table(_HEADER, [row for each in findings for row in each.rows()]), *problems])


def _figures(values: Sequence[float]) -> Sequence[float]:
    ordered = sorted(values)
    if math.isinf(ordered[-1]) or len(ordered) == 1:
        # An interpolation with infinity would be no number.
        return [ordered[(len(ordered) - 1) // 2], ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[-1]]
    percentiles = quantiles(ordered, n=100, method="inclusive")
    return [percentiles[49], percentiles[94], ordered[-1]]


def _shown(value: float) -> str:
    return "not seen" if math.isinf(value) else f"{value:,.2f}"
