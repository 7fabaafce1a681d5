"""What `http-source sizing` computes, beside what it costs: a small fleet in each storage.

`python -m bench.sizing [--postgres] [--seconds 180]` polls two connectors of five entities every two seconds; every request brings a
record, and each run takes over from one of 45 s, so that all that costs something happens often. It prints what one of each takes, for
`http_source/orchestration/sizing/costs.py`, and the measured total beside the computed one.
"""

import argparse
import sys
from collections.abc import Mapping
from statistics import mean, median

from bench.figures import machine, table
from bench.processes import MEGABYTE, OTHERS, Held
from bench.scale.figures import Measured
from bench.scale.fleet import Size
from bench.scale.measure import measured_of
from http_source.assembly.loading import look_config
from http_source.orchestration.identity import Connector
from http_source.orchestration.sizing import costs
from http_source.orchestration.sizing.demand import DAY_S
from http_source.orchestration.sizing.estimate import Estimate, StorageEstimate
from http_source.orchestration.sizing.report import summed

Row = tuple[str, str, str]
_MORE = (("offset.flush.interval.ms", "1000"), ("run.max.seconds", "45"))
HEADER = ("what", "measured", "computed")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizing", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="Dagster's storage is PostgreSQL")
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--connectors", type=int, default=2)
    parser.add_argument("--entities", type=int, default=5)
    options = parser.parse_args()
    size = Size(connectors=options.connectors, entities=options.entities, interval_ms=2_000, more=_MORE)
    measured = measured_of(size, postgres=options.postgres, settling=20, seconds=options.seconds)
    storage = costs.POSTGRESQL if options.postgres else costs.SQLITE
    configurations = size.configurations("http://127.0.0.1")
    estimates = [Estimate.of(Connector(look_config(each), neighbors=size.connectors - 1)) for each in configurations]
    (together,) = [each for each in summed(estimates) if each.costs is storage]
    rows = [*_each(measured, storage), *_all(measured, estimates, together)]
    sys.stdout.write(f"{size}; {storage.name}\n\n{table(HEADER, rows)}\n\n{machine()}\n")


def _each(measured: Measured, storage: costs.StorageCosts) -> list[Row]:
    """What one takes."""
    ticks, cursors = len(measured.history.seconds), mean(measured.history.cursors)
    runs = max(measured.history.runs.total(), 1)
    stored = measured.stored
    return [
        ("bytes of a checkpoint", f"{stored.checkpoints / max(stored.count, 1):,.0f}", f"{storage.checkpoint:,}"),
        ("bytes of a tick beside the cursor", f"{stored.ticks / max(ticks, 1) - cursors:,.0f}", f"{storage.tick:,}"),
        ("bytes of a run", f"{stored.runs / runs:,.0f}", f"{storage.run:,}"),
    ]


def _all(measured: Measured, estimates: list[Estimate], together: StorageEstimate) -> list[Row]:
    """What all of them take."""
    demands, share = [each.demand for each in estimates], measured.seconds / DAY_S
    cpu = sum(each.cpu for each in estimates) + costs.DAGSTER_CPU_SHARE
    return [
        ("requests a second", _rate(len(measured.late), measured), f"{sum(each.requests_per_second for each in demands):.1f}"),
        ("checkpoints", f"{measured.stored.count:,}", f"{share * sum(each.checkpoints_a_day(together.costs) for each in demands):,.0f}"),
        ("ticks", f"{len(measured.history.seconds):,}", f"{share * sum(each.ticks_a_day for each in demands):,.0f}"),
        ("runs", f"{measured.history.runs.total():,}", f"{share * sum(each.runs_a_day for each in demands):,.0f}"),
        ("bytes of the cursor", f"{max(measured.history.cursors):,}", f"{estimates[0].cursor_bytes:,}"),
        ("storage grows, MB", f"{measured.stored.all / MEGABYTE:,.1f}", f"{share * together.most / MEGABYTE:,.1f}"),
        ("CPU, % of a core", _rate(100 * sum(measured.cpu.values()), measured), f"{100 * cpu:.1f}"),
        *_processes(measured.held, estimates),
    ]


def _processes(held: Mapping[str, Held], estimates: list[Estimate]) -> list[Row]:
    run, keepers = held.get("run", Held()), held.get(OTHERS, Held())
    dagster = sum(each.shared for role, each in held.items() if role not in {"run", OTHERS})
    computed = sum(each.memory for each in estimates)
    return [
        ("memory of runs, MB", f"{(run.shared + keepers.shared) / MEGABYTE:,.0f}", f"{computed / MEGABYTE:,.0f}"),
        ("memory of Dagster, MB", f"{dagster / MEGABYTE:,.0f}", f"{costs.DAGSTER_BYTES / MEGABYTE:,.0f}"),
        ("threads of a run", f"{median(run.threads or [0]):.0f}", f"{estimates[0].threads / estimates[0].demand.tasks:.0f}"),
        ("connections of a run", f"{median(run.connections or [0]):.0f}", ""),
    ]


def _rate(count: float, measured: Measured) -> str:
    return f"{count / measured.seconds:.1f}"


if __name__ == "__main__":
    main()
