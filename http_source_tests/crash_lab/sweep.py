"""`python -m http_source_tests.crash_lab.sweep`: the numbers for docs/measurements.md."""

import argparse
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from http_source_tests.crash_lab.api import MODES, SIZE
from http_source_tests.crash_lab.rehearsal import GUARANTEES
from http_source_tests.crash_lab.trials import Outcome, kill_all_at_random, sweep
from http_source_tests.real_servers.broker_tasks import running_kafka


def main() -> None:
    """Kill, restart, count, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100, help="random kills for each guarantee")
    kills = parser.parse_args().kills
    logging.disable(logging.CRITICAL)
    print("| guarantee | what | kills | pages | lost | out of order | repeated pages | at most in one place |")  # noqa: T201 - it is a command
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")  # noqa: T201
    with tempfile.TemporaryDirectory() as name, running_kafka(Path(name)) as kafka:
        folder = Path(name)
        for guarantee in GUARANTEES:
            for mode in MODES:
                _print(guarantee, f"each point, {mode}", sweep(kafka, folder, mode, guarantee))
            _print(guarantee, "at random, all modes", kill_all_at_random(kafka, folder, MODES, guarantee, kills))


def _print(guarantee: str, what: str, outcomes: list[Outcome]) -> None:
    repeated = [records / SIZE for outcome in outcomes for records in outcome.verdict.repeated]
    numbers = [
        sum(outcome.kills for outcome in outcomes),
        sum(outcome.pages for outcome in outcomes),
        sum(outcome.verdict.lost for outcome in outcomes),
        sum(len(outcome.verdict.skipped) for outcome in outcomes),
        f"{sum(repeated):g}",
        f"{max(repeated, default=0):g}",
    ]
    print(f"| {' | '.join([guarantee, what, *map(str, numbers)])} |", flush=True)  # noqa: T201
    for fault in _faults(outcomes):
        print(f"  {fault}")  # noqa: T201


def _faults(outcomes: list[Outcome]) -> Iterator[str]:
    return (f"{outcome.name}: {fault}" for outcome in outcomes for fault in outcome.faults)


if __name__ == "__main__":
    main()
