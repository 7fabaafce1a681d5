"""One run in a process of its own, as Dagster starts it: `python -m http_source_tests.crash.worker FOLDER < order`.

The order is JSON: the connector, where Kafka is, and what the sensor requested.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from http_source_tests.orchestration.stand import Stand

LOG = "worker.log"


def start_run(stand: Stand, request: dg.RunRequest, folder: str | Path, launcher: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start a process that executes what the sensor requested, with the instance of this folder; what it says is in `LOG` there.

    `launcher` is a command that starts the process, given the command that is one.
    """
    order = {"config": stand.config, "brokers": stand.brokers, "run_config": dict(request.run_config), "tags": dict(request.tags)}
    command = [*launcher, sys.executable, "-m", "http_source_tests.crash.worker", str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with Path(folder, LOG).open("a") as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=log, text=True, env=environment)
    assert process.stdin is not None
    json.dump(order, process.stdin)
    process.stdin.close()
    return process


def main() -> None:
    """Execute the run."""
    order = json.load(sys.stdin)
    with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
        run = Stand(instance, order["config"], order["brokers"]).run(dg.RunRequest(run_config=order["run_config"], tags=order["tags"]))
    sys.exit(not run.success)


if __name__ == "__main__":
    main()
