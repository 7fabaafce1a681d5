"""What Dagster costs a backlog: how fast it drains in a run, next to the same task in a process without Dagster.

    python -m bench.inside [--records N] [--rounds N] [--page N]

Server and Kafka are those of `throughput.py`. The run is what the sensor asks for, in a process of its own with storage in a new folder
(SQLite); it checkpoints, reports and looks after its lease as any other. What counts is the time from the first request to the last one
that brought records, as the server saw it, so that no start and no end is in it.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg

from bench.figures import cost_of, in_turns, machine, ratio, spread, table
from bench.loops import connector
from bench.setting import Setting, setting, whole
from bench.tasks import backlog
from http_source.orchestration.build import build_http_source
from http_source.orchestration.resources import KafkaResource

WAYS = ("alone", "in a run")
_NAME = "bench"


def run(configuration: Mapping[str, Any], kafka: str) -> None:
    """Poll in a run of Dagster until that ends, as its sensor asks for it. Raises RuntimeError when it fails."""
    defs = build_http_source(configuration, resources={"kafka": KafkaResource(bootstrap_servers=kafka)})
    with TemporaryDirectory() as home, dg.DagsterInstance.local_temp(home) as instance:
        sensor = defs.resolve_sensor_def(f"{_NAME}_sensor")
        tick = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, definitions=defs, sensor_name=sensor.name))
        (request,) = tick.run_requests or ()
        job = defs.resolve_job_def(f"{_NAME}_poll")
        if not job.execute_in_process(instance=instance, run_config=request.run_config, tags=dict(request.tags)).success:
            raise RuntimeError("The run failed.")


def measure(here: Setting, way: str, records: int) -> float:
    """Records a second. Raises RuntimeError when some were lost or repeated."""
    whole(lambda total: here.measure("inside", way, total), records)
    return records / float(here.ask("span"))


def child(url: str, kafka: str, way: str, total: str) -> None:
    """Move records and print what that cost."""
    if way == WAYS[0]:
        figures = cost_of(lambda: connector(url, kafka, int(total)))
    else:
        figures = cost_of(lambda: run(backlog(url, int(total)) | {"run.linger.ms": 0}, kafka))
    sys.stdout.write(json.dumps(figures))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what Dagster costs a backlog.")
    parser.add_argument("--records", type=int, default=5_000_000, help="records per round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each way (default: %(default)s)")
    parser.add_argument("--page", type=int, default=1_000, help="records in a page (default: %(default)s)")
    options = parser.parse_args()
    with setting(options.page) as here:
        figures = in_turns({way: partial(measure, here, way, options.records) for way in WAYS}, options.rounds)
    rows = [[way, spread(found), ratio(found, figures[WAYS[0]])] for way, found in figures.items()]
    sys.stdout.write(f"{table(['where', 'records per second', 'ratio'], rows)}\n\n{machine()}\n")


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("http"):
        child(*sys.argv[1:])
    else:
        main()
