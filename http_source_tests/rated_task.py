"""A program: polls one task's share of a connector's entities until its input ends.

Its arguments are where Kafka is, the properties as a JSON object, and the task's number.
"""

import json
import sys

from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.config.shares import entities_of_task
from http_source_tests.tasks import FAST, started


def main(kafka: str, properties: str, number: str) -> None:
    config = load_config({**FAST, **json.loads(properties)}).config
    settings = {"bootstrap.servers": kafka, "log_level": 0}
    with started(build_task(config, entities_of_task(config, int(number)), kafka=settings, positions={}), grace=5):
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
