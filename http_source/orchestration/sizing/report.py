"""Estimates as a person and a machine get them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from http_source.orchestration.sizing import costs
from http_source.orchestration.sizing.advice import advice, advice_for_all
from http_source.orchestration.sizing.amounts import number, rounded, size
from http_source.orchestration.sizing.demand import DAY_S
from http_source.orchestration.sizing.estimate import TICKS_KEPT_DAYS, Estimate, StorageEstimate

Rows = Sequence[Sequence[str]]

SOURCE = ("Requests, runs, ticks and checkpoints are computed from the configuration; what one of them costs was measured "
          f"({costs.MEASURED_BY}). Storage is at most what every request that brings records makes of it; processor time is of one core "
          "of that machine.")


def figures(estimate: Estimate) -> Iterator[tuple[str, str]]:
    """The figures of one connector for people, with what each is called."""
    demand, config = estimate.demand, estimate.demand.connector.config
    yield "requests", (f"{number(demand.requests_per_second)} a second, {number(demand.requests_per_second * DAY_S)} a day: each entity "
                       f"every {number(demand.round_s)} s")
    if config.pace.catchup_interval_ms is not None:
        yield "", f"at most {number(demand.catching_up_per_second)} a second while all catch up, if the API answers in {costs.ANSWER_S:g} s"
    yield "tasks", f"{demand.tasks} (recommended: {demand.recommended_tasks}), {rounded(demand.runs_a_day, 'run')} a day"
    repeated = "" if config.delivery.exactly_once else ": a crash repeats at most what was fetched in that time"
    yield "checkpoints", f"of an entity that moves every {number(demand.checkpoint_s(costs.SQLITE))} s{repeated}"
    yield "memory", f"{size(estimate.memory)}, and up to {size(estimate.answers)} at worst for answers (http.response.max.bytes)"
    yield "CPU", f"{number(100 * estimate.cpu)} % of a core at most"
    yield "threads", str(estimate.threads)
    registry = ", 1 to the Schema Registry" if config.output.needs_registry else ""
    yield "connections", (f"up to {demand.fetchers} to the API, 1 per task to each Kafka broker{registry}, up to "
                          f"{estimate.storage_connections} to Dagster's storage")


def storage(estimates: Sequence[Estimate], kept_days: float) -> Rows:
    """What Dagster's storage grows by a day, as a table: of one connector, or of all."""
    header = ("storage a day", "at most", "checkpoints", "ticks", "runs", "if nothing moves", f"kept at most ({kept_days:g} days)")
    return [header, *(
        (each.costs.name, *map(size, (each.most, each.checkpoints, each.ticks, each.runs, each.least, each.kept(kept_days))))
        for each in summed(estimates)
    )]


def summed(estimates: Sequence[Estimate]) -> list[StorageEstimate]:
    """All connectors together, for each kind of storage."""
    kinds = zip(*(each.storages for each in estimates), strict=True)
    return [
        StorageEstimate(each[0].costs, sum(one.checkpoints for one in each), sum(one.ticks for one in each), sum(one.runs for one in each))
        for each in kinds
    ]


def together(estimates: Sequence[Estimate]) -> Iterator[tuple[str, str]]:
    """The figures of all connectors for people."""
    demands = [each.demand for each in estimates]
    memory = sum(each.memory for each in estimates)
    yield "requests", f"{number(sum(each.requests_per_second for each in demands))} a second"
    yield "tasks", f"{sum(each.tasks for each in demands)}, {rounded(sum(each.runs_a_day for each in demands), 'run')} a day"
    yield "memory", f"{size(memory + costs.DAGSTER_BYTES)}, of which Dagster itself takes {size(costs.DAGSTER_BYTES)}"
    cpu = sum(each.cpu for each in estimates) + costs.DAGSTER_CPU_SHARE
    yield "CPU", f"{number(100 * cpu)} % of a core at most, of which Dagster itself takes {number(100 * costs.DAGSTER_CPU_SHARE)}"
    yield "threads", str(sum(each.threads for each in estimates))


def document(estimates: Sequence[Estimate], kept_days: float) -> Mapping[str, object]:
    """All of it for machines: bytes, seconds, cores."""
    return {
        "connectors": [_of_connector(each, kept_days) for each in estimates],
        "storage": {each.costs.name: _bytes(each, kept_days) for each in summed(estimates)},
        "memory_bytes": sum(each.memory for each in estimates) + costs.DAGSTER_BYTES,
        "cpu_cores": round(sum(each.cpu for each in estimates) + costs.DAGSTER_CPU_SHARE, 4),
        "advice": list(advice_for_all(estimates)),
        "costs": _costs(),
    }


def _of_connector(estimate: Estimate, kept_days: float) -> dict[str, object]:
    demand = estimate.demand
    return {
        "name": demand.connector.name,
        "entities": demand.entities,
        "tasks": demand.tasks,
        "recommended_tasks": demand.recommended_tasks,
        "requests_per_second": round(demand.requests_per_second, 4),
        "requests_per_day": round(demand.requests_per_second * DAY_S),
        "requests_per_second_catching_up": round(demand.catching_up_per_second, 2),
        "seconds_between_requests": round(demand.round_s, 3),
        "seconds_between_checkpoints": {each.name: round(demand.checkpoint_s(each), 2) for each in costs.STORAGES},
        "runs_per_day": round(demand.runs_a_day, 1),
        "ticks_per_day": round(demand.ticks_a_day),
        "storage": {each.costs.name: _bytes(each, kept_days) for each in estimate.storages},
        "memory_bytes": estimate.memory,
        "memory_bytes_of_answers": estimate.answers,
        "cpu_cores": round(estimate.cpu, 4),
        "threads": estimate.threads,
        "connections": {"api": demand.fetchers, "storage": estimate.storage_connections},
        "advice": list(advice(estimate)),
    }


def _bytes(each: StorageEstimate, kept_days: float) -> dict[str, int]:
    parts = {"checkpoints": each.checkpoints, "ticks": each.ticks, "runs": each.runs}
    return {
        **{f"{name}_bytes_per_day": round(count) for name, count in parts.items()},
        "bytes_per_day": round(each.most),
        "bytes_per_day_if_nothing_moves": round(each.least),
        "bytes_kept": round(each.kept(kept_days)),
    }


def _costs() -> dict[str, Any]:
    """What the figures were computed with."""
    of_storage = {
        each.name: {"checkpoint_bytes": each.checkpoint, "checkpoint_seconds": each.checkpoint_s, "tick_bytes": each.tick,
                    "run_bytes": each.run}
        for each in costs.STORAGES
    }
    return {
        "source": costs.MEASURED_BY,
        "ticks_kept_days": TICKS_KEPT_DAYS,
        "storage": of_storage,
        "cpu_seconds": {"request": costs.REQUEST_CPU_S, "checkpoint": costs.CHECKPOINT_CPU_S, "run_start": costs.RUN_START_CPU_S,
                        "tick": costs.TICK_CPU_S},
        "cpu_cores": {"run": costs.RUN_CPU_SHARE, "dagster": costs.DAGSTER_CPU_SHARE},
        "run_bytes": costs.RUN_BYTES,
        "schema_bytes": costs.SCHEMA_BYTES,
        "dagster_bytes": costs.DAGSTER_BYTES,
        "answer_times": {"as_served": costs.ANSWER_TIMES, "converted": costs.CONVERTED_TIMES},
        "run_threads": costs.RUN_THREADS,
        "run_storage_connections": costs.RUN_STORAGE_CONNECTIONS,
        "requests_per_second_per_task": costs.REQUESTS_PER_TASK,
        "answer_seconds": costs.ANSWER_S,
    }
