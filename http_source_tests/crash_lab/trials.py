"""Kills at each point, and kills at random: what came of each rehearsal."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from http_source_tests.crash.topic import Verdict
from http_source_tests.crash_lab.api import SIZE, Mode
from http_source_tests.crash_lab.points import AFTER_FLUSH, MAIN_PATH, TRANSACTIONS, Point
from http_source_tests.crash_lab.rehearsal import EXACTLY_ONCE, Rehearsal, rehearsing
from http_source_tests.real_servers.broker_tasks import Kafka
from http_source_tests.waiting import until

_AT_ONCE = 6

_LONGEST_START_S = 1.5
_PAGE_S = 0.01
_MOST_PAGES = 40
_FOR_EVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a rehearsal.

    Attributes:
        pages: how many the API served, each time one was asked for.
        faults: what breaks the guarantee, a sentence each.
    """

    name: str
    kills: int
    pages: int
    verdict: Verdict
    faults: tuple[str, ...]


def _first_records(mode: Mode) -> int:
    """The last page is not full, and grows; but a window is not served before it is over."""
    return 6 * SIZE - 5 * (mode.whole == SIZE)


def points_of(guarantee: str) -> tuple[Point, ...]:
    """The points that a run of this guarantee passes."""
    return (*MAIN_PATH, *TRANSACTIONS) if guarantee == EXACTLY_ONCE else MAIN_PATH


def sweep(kafka: Kafka, folder: Path, mode: Mode, guarantee: str) -> list[Outcome]:
    """One rehearsal for each point, some at once."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda point: kill_at(kafka, folder, mode, guarantee, point), points_of(guarantee)))


def kill_at(kafka: Kafka, folder: Path, mode: Mode, guarantee: str, point: Point) -> Outcome:
    """Kill a run there, and let others go on; at a point of the start, kill the successor of one that was killed in mid page."""
    with rehearsing(kafka, folder, mode, guarantee, _first_records(mode)) as rehearsal:
        kills = (AFTER_FLUSH, point) if point.at_start else (point,)
        ends = [rehearsal.live(rehearsal.kill_at(each)) for each in kills]
        rehearsal.api.available *= 2
        rehearsal.finish()
        missed = tuple(f"The run was not killed there, but ended with {end}." for end in ends if end != -SIGKILL)
        verdict = rehearsal.verdict()
        return Outcome(point.name, len(kills), len(rehearsal.api.served), verdict, (*missed, *rehearsal.faults(verdict)))


def kill_at_random(kafka: Kafka, folder: Path, mode: Mode, guarantee: str, kills: int) -> Outcome:
    """Kill so many runs, each at a random moment: a fifth of them on the way to their first page."""
    chance = random.Random()
    with rehearsing(kafka, folder, mode, guarantee, _FOR_EVER) as rehearsal:
        rehearsal.api.pause = _PAGE_S
        for _ in range(kills):
            _kill_after(max(0, chance.randint(-_MOST_PAGES // 4, _MOST_PAGES)), rehearsal, chance)
        last = max((each.first for each in rehearsal.api.served), default=0)
        rehearsal.api.available = (last // mode.whole + 2) * mode.whole
        rehearsal.finish()
        verdict = rehearsal.verdict()
        return Outcome(f"{kills} random kills", kills, len(rehearsal.api.served), verdict, rehearsal.faults(verdict))


def kill_all_at_random(kafka: Kafka, folder: Path, modes: Sequence[Mode], guarantee: str, kills: int) -> list[Outcome]:
    """So many kills, shared among the modes, which are rehearsed at once."""
    shares = [kills // len(modes) + (number < kills % len(modes)) for number in range(len(modes))]
    with ThreadPoolExecutor(len(modes)) as pool:
        return list(pool.map(lambda mode, share: kill_at_random(kafka, folder, mode, guarantee, share), modes, shares))


def _kill_after(pages: int, rehearsal: Rehearsal, chance: random.Random) -> None:
    """Kill a run somewhere in the page after so many, or before its first one."""
    wanted = len(rehearsal.api.served) + pages
    fork = rehearsal.start()
    until(lambda: len(rehearsal.api.served) >= wanted or fork.has_ended())
    fork.has_ended(chance.uniform(0.0, 2 * _PAGE_S if pages else _LONGEST_START_S))
    fork.signal(SIGKILL)
    rehearsal.join(fork)
