"""A program: polls the entities `bad` and `good` until `bad` has failed, and prints how, and how much memory that took.

Its arguments are the API's URL and the limits as a JSON object of properties.
"""

import json
import re
import sys
from pathlib import Path

from http_source_tests.kafka import kafka
from http_source_tests.tasks import entity_of, started, task_of
from http_source_tests.waiting import until


def memory(line: str) -> int:
    """A line of the process's status, in bytes."""
    found = re.search(rf"{line}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def main(url: str, limits: str) -> None:
    with kafka() as cluster:
        properties = {"url": f"{url}/${{entityName}}", "entity.names": "bad,good", "max.retries": 1, **json.loads(limits)}
        task = task_of(cluster, {**properties, "http.offset.mode": "SIMPLE_INCREMENTING"})
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
        before = memory("VmRSS")
        with started(task, grace=5):
            until(lambda: entity_of(task, "bad").failure)
        failures = {name: entity_of(task, name).failure for name in ("bad", "good")}
        sys.stdout.write(json.dumps({"peak": memory("VmHWM") - before, **failures}))


if __name__ == "__main__":
    main(*sys.argv[1:])
