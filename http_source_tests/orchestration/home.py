"""Folders with a Dagster instance: its storage, and what Dagster stores of a sensor, are made by Dagster once in a process and copied."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from alembic.config import Config
from alembic.script import ScriptDirectory

from http_source_tests.orchestration.stand import NAME, Stand, configuration

SHIPPED = Path(__file__).parents[2] / "dagster.yaml"
DEFINITIONS = ("-m", "http_source.definitions")
ELSEWHERE = ("-f", "elsewhere.py")
"""Another code location with the same connectors."""
_STATE = ".dagster"
"""Where the shipped dagster.yaml keeps it."""


def folder(path: Path) -> Path:
    """A folder as `dagster dev` runs in one, with the shipped settings and an empty storage."""
    (path / "connectors").mkdir()
    shutil.copy(SHIPPED, path)
    store_in(path / _STATE)
    return path


def store_in(base: Path) -> None:
    """Put an empty storage there."""
    for name, content in _empty_storage().items():
        file = base / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def seen(
    stand: Stand, *, cursor: str | None = None, on: bool = True, ago: float | None = None, location: tuple[str, ...] = DEFINITIONS
) -> Stand:
    """Let Dagster have seen the sensor of a connector in a code location, and its daemon have ticked it so many seconds ago, or never.

    Its cursor is that of the connector, if no other one is given.
    """
    template, name = stored_sensor(location), f"{stand.name}_sensor"
    kind: Any = type(template.instigator_data)
    data = kind(last_tick_timestamp=None if ago is None else time.time() - ago, cursor=stand.cursor if cursor is None else cursor)
    origin = template.origin.repository_origin.get_instigator_origin(name)
    statuses = type(template.status)
    state = template._replace(origin=origin, instigator_data=data, status=statuses.RUNNING if on else statuses.STOPPED)
    known = any(each.origin == origin for each in stand.instance.all_instigator_state())
    (stand.instance.update_instigator_state if known else stand.instance.add_instigator_state)(state)
    return stand


def dagster(home: Path, *arguments: str, location: tuple[str, ...] = DEFINITIONS) -> None:
    """Dagster's own command line, on the folder's instance, whatever the test has set for the connectors of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HTTP_SOURCE_")}
    environment = kept | {"DAGSTER_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "dagster", *arguments, *location]
    subprocess.run(command, cwd=home, env=environment, capture_output=True, check=True)


@cache
def _empty_storage() -> dict[str, bytes]:
    with TemporaryDirectory() as made:
        with dg.DagsterInstance.local_temp(made):
            """Its files are there now."""
        return {str(file.relative_to(made)): file.read_bytes() for file in Path(made).rglob("*.db")}


@cache
def stored_sensor(location: tuple[str, ...] = DEFINITIONS) -> Any:
    """What Dagster stores when somebody sets a cursor; making it takes seconds."""
    with TemporaryDirectory() as made:
        home = folder(Path(made))
        (home / ELSEWHERE[1]).write_text("from http_source.definitions import defs\n")
        (home / "connectors" / f"{NAME}.json").write_text(json.dumps(configuration()))
        dagster(home, "sensor", "cursor", f"{NAME}_sensor", "--set", "{}", location=location)
        # The shipped dagster.yaml names its storage from where the process works.
        with chdir(home), dg.DagsterInstance.from_config(str(home)) as instance:
            (state,) = instance.all_instigator_state()
    return state


def _keep_scripts() -> None:
    """Read Alembic's scripts once in a process.

    Dagster has it read all fifty for each file of a storage that is opened or made, which is a quarter of what these tests compute.
    """
    read, kept = ScriptDirectory.from_config, dict[str | None, ScriptDirectory]()

    def scripts(config: Config) -> ScriptDirectory:
        location = config.get_main_option("script_location")
        return kept.get(location) or kept.setdefault(location, read(config))

    setattr(ScriptDirectory, "from_config", scripts)  # noqa: B010 - a method, in the types


_keep_scripts()
