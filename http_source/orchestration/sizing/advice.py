"""What would cost less, or is not enough: a sentence each, with the property and what changes."""

from collections.abc import Iterator, Sequence

from http_source.orchestration.sizing.amounts import number, rounded, size
from http_source.orchestration.sizing.costs import SQLITE
from http_source.orchestration.sizing.estimate import Estimate

_FLUSH_MS = 60_000
_WORTH_SAYING = 20_000_000
"""Bytes a day."""
_MANY_RUNS = 20
_MANY_RUNS_A_DAY = 500
"""Of one task."""
_LONG_TICK_S = 10


def advice(estimate: Estimate) -> Iterator[str]:
    """What to change in one connector's configuration, if anything."""
    yield from _tasks(estimate)
    yield from _budget(estimate)
    yield from _checkpoints(estimate)
    yield from _runs(estimate)


def advice_for_all(estimates: Sequence[Estimate]) -> Iterator[str]:
    """What to change around them."""
    tasks = sum(each.demand.tasks for each in estimates)
    if tasks > _MANY_RUNS:
        yield (f"{tasks} runs at a time: use PostgreSQL, since SQLite lets one process write at a time. If max_concurrent_runs in "
               f"dagster.yaml is set, set it above {tasks}: a run that waits in the queue polls nothing.")
    tick = max((each.demand.connector.tick_seconds for each in estimates), default=0)
    if tick > _LONG_TICK_S:
        yield (f"Sensors tick every {tick} s or less often, since there are many connectors or entities: edits, taking over from a dead "
               "run and restarts wait that much longer. Runs keep polling. Several code locations do not help, since one daemon "
               "runs all sensors.")


def _tasks(estimate: Estimate) -> Iterator[str]:
    demand = estimate.demand
    if demand.tasks > demand.recommended_tasks:
        saved = size(estimate.memory * (1 - demand.recommended_tasks / demand.tasks))
        yield (f"tasks.max={demand.recommended_tasks} is enough for {number(demand.requests_per_second)} requests a second and takes "
               f"{saved} of memory less. More tasks help only with large backlogs, slow answers, or several hosts.")
    elif demand.tasks < demand.recommended_tasks:
        yield (f"tasks.max={demand.recommended_tasks} is recommended for {number(demand.requests_per_second)} requests a second: one "
               "process sends about 1,000 with a whole core, and the figures above need as many processes as that takes.")


def _budget(estimate: Estimate) -> Iterator[str]:
    demand = estimate.demand
    if demand.budget < demand.wanted_per_second:
        yield (f"http.requests.per.second={demand.budget:g} is less than the {number(demand.wanted_per_second)} a second that "
               f"request.interval.ms asks for: each entity is polled every {number(demand.round_s)} s instead of every "
               f"{number(demand.pause_s)} s.")


def _checkpoints(estimate: Estimate) -> Iterator[str]:
    now = estimate.storages[0]
    longer = Estimate.of(estimate.demand.connector, _FLUSH_MS).storages[0]
    if now.checkpoints > max(_WORTH_SAYING, 2 * longer.checkpoints):
        twice = "" if estimate.demand.connector.config.delivery.exactly_once else "; a crash then repeats up to a minute of records"
        yield f"{size(now.most)} a day in {SQLITE.name}; with offset.flush.interval.ms={_FLUSH_MS} {size(longer.most)}{twice}."


def _runs(estimate: Estimate) -> Iterator[str]:
    demand = estimate.demand
    if demand.runs_a_day / demand.tasks > _MANY_RUNS_A_DAY:
        run = demand.connector.config.run
        name, value = ("run.max.seconds", 3_600) if run.max_seconds == 0 else ("run.linger.ms", round(demand.round_s * 1000) + 10_000)
        if run.max_seconds and not demand.rests:
            name, value = "run.max.seconds", 3_600
        yield (f"{rounded(demand.runs_a_day, 'run')} a day, each of which costs a process start: with {name}={value} a run stays for the "
               "next request.")
