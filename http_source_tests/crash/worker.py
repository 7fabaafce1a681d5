"""One run in a process of its own, as Dagster starts it: `python -m http_source_tests.crash.worker FOLDER < order`.

The order is JSON: the connector, where Kafka is, and what the sensor requested.
"""

import json
import sys

import dagster as dg

from http_source_tests.orchestration.stand import Stand


def main() -> None:
    """Execute the run."""
    order = json.load(sys.stdin)
    with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
        run = Stand(instance, order["config"], order["brokers"]).run(dg.RunRequest(run_config=order["run_config"], tags=order["tags"]))
    sys.exit(not run.success)


if __name__ == "__main__":
    main()
