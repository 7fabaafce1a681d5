"""What lives are copied from: a process that has loaded Dagster and looked at a connector once. Importing this does it."""

import tempfile
from importlib import import_module
from pathlib import Path

import dagster as dg

from http_source_tests.orchestration.stand import Stand, configuration

# What a life's process loads besides.
import_module("http_source_tests.crash_lab.rehearsal")

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(folder) as instance:
        Stand(instance, configuration()).tick()
