"""Dagster's storage in a fresh folder, made whole or not at all.

Dagster fails where another process makes its tables in SQLite at the same time. So what opens the storage beside it makes the files
elsewhere and moves them into place, unless Dagster came first; then it waits until these are whole.
"""

import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
import yaml

_FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
_FOLDERS = ("history", "schedules")
_ELSEWHERE = ("run_storage", "event_log_storage", "schedule_storage", "instance_class")
"""Settings by which a storage may be of another kind."""

_PATIENCE_S, _SAID_S, _LOOK_S = 10.0, 0.5, 0.1
_GENTLE_S = 2.0
_MAGIC = b"SQLite format 3\0"
_WRITTEN_AHEAD = 2
"""What SQLite writes into byte 18 of a file whose readers keep nobody from writing. Dagster's last step but one sees to that."""

_log = logging.getLogger(__name__)


def make_storage(home: Path) -> None:
    """Make the storage of an instance with this home, if there is none yet and it is in files; wait while Dagster makes it."""
    base = _base_of(home)
    if base is None:
        return
    files = [base / file for file in _FILES]
    if not any(file.exists() for file in files):
        _make(base)
    if not any(map(_is_foreign, files)):
        _wait(lambda seconds: all(_is_made(file, asks=seconds > _GENTLE_S) for file in files), base)


def _base_of(home: Path) -> Path | None:
    """The folder of the files; None where a storage is of another kind, or the settings are for Dagster to refuse."""
    try:
        settings = yaml.safe_load((home / "dagster.yaml").read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return home
    except (OSError, ValueError, yaml.YAMLError):
        return None
    if not isinstance(settings, dict) or any(name in settings for name in _ELSEWHERE):
        return None
    return _folder_of(settings["storage"]) if "storage" in settings else home


def _folder_of(storage: Any) -> Path | None:
    try:
        base = storage["sqlite"]["base_dir"]
        return Path(os.environ[base["env"]] if isinstance(base, dict) else base)
    except (LookupError, TypeError):
        return None


def _make(base: Path) -> None:
    base.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".http-source-", dir=base) as made:
        place = Path(made).absolute()
        (place / "dagster.yaml").write_text(json.dumps({"storage": {"sqlite": {"base_dir": str(place)}}}), encoding="utf-8")
        with dg.DagsterInstance.from_config(str(place)):
            pass
        for folder in _FOLDERS:
            # It fails where somebody's files are there already, and these are to stay.
            with suppress(OSError):
                (place / folder).rename(base / folder)


def _is_foreign(file: Path) -> bool:
    """Whether somebody put something else there, which Dagster is to refuse."""
    try:
        with file.open("rb") as opened:
            return not _MAGIC.startswith(opened.read(len(_MAGIC)))
    except OSError:
        return False


def _is_made(file: Path, *, asks: bool) -> bool:
    """Whether all tables are in a file. While they are made, nobody may read it, since that could stop who writes; unless one `asks`."""
    try:
        with file.open("rb") as opened:
            head = opened.read(20)
        if not asks and (len(head) < 20 or head[18] != _WRITTEN_AHEAD):  # noqa: PLR2004 - what was read
            return False
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM alembic_version").fetchone() is not None
    except (OSError, sqlite3.Error):
        return False


def _wait(is_whole: Callable[[float], bool], base: Path) -> None:
    began, said = time.monotonic(), False
    while not is_whole(seconds := time.monotonic() - began) and seconds < _PATIENCE_S:
        if seconds > _SAID_S and not said:
            said = True
            _log.info("Waiting until Dagster has made its storage in %s.", base)
        threading.Event().wait(_LOOK_S)
