"""`dagster dev` in a folder with the shipped settings."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from http_source.demo.processes import Service

ROOT = Path(__file__).parents[2]


def dagster_dev(folder: Path, connectors: Mapping[str, object], brokers: str, port: int) -> Service:
    """The service, not started yet, with these connectors by their files' names; it polls into `brokers`."""
    for name in ("connectors", "tmp"):
        (folder / name).mkdir()
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(ROOT / name, folder)
    for name, config in connectors.items():
        (folder / "connectors" / f"{name}.json").write_text(json.dumps(config))
    environment = os.environ | {
        "KAFKA_BOOTSTRAP_SERVERS": brokers,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "TMPDIR": str(folder / "tmp"),
    }
    return Service("Dagster", ["-m", "dagster", "dev", "-p", str(port)], folder, environment=environment)
