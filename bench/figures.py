"""Figures of rounds, as a reader compares them: the median and, in brackets, the least and the greatest."""

import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import TypeVar

import psutil

Way = TypeVar("Way")
Figure = TypeVar("Figure")


def in_turns(ways: Mapping[Way, Callable[[], Figure]], rounds: int, case: str = "") -> dict[Way, list[Figure]]:
    """Way → its figure in each round; all ways in turn, round after round, so that what else the machine does hits all alike."""
    figures: dict[Way, list[Figure]] = {way: [] for way in ways}
    for number in range(rounds):
        for way, measure in ways.items():
            figures[way].append(measure())
        sys.stderr.write(f"round {number + 1} of {rounds}{case}\n")
    return figures


def ratio(mine: Iterable[float], base: Iterable[float]) -> str:
    """The median of the ratios of each round."""
    return f"{median(one / other for one, other in zip(mine, base, strict=True)):.2f}"


def cost_of(work: Callable[[], object]) -> dict[str, float]:
    """What this process spent: seconds of the processor over all threads and on the clock, and bytes of memory, in the end and at most."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "rss": psutil.Process().memory_info().rss,
            "peak": getrusage(RUSAGE_SELF).ru_maxrss * 1024}


def spread(values: Sequence[float], digits: int = 0) -> str:
    """`median [least … greatest]`."""
    return f"{median(values):,.{digits}f} [{min(values):,.{digits}f} … {max(values):,.{digits}f}]"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns padded."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [header, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines)


def machine() -> str:
    """Where and with what it was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("confluent-kafka", "msgspec", "requests", "urllib3"))
    return (f"{platform.machine()}, {psutil.cpu_count()} cores, load average at the end {psutil.getloadavg()[0]:.1f}; "
            f"{platform.system()}, Python {platform.python_version()}, {versions}")
