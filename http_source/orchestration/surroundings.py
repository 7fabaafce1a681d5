"""Where Dagster keeps its state, and whether that outlives `dagster dev`."""

import logging
from functools import cache
from pathlib import Path

import dagster as dg

_TEMPORARY = ".tmp_dagster_home_"
"""How the folder's name begins that `dagster dev` makes for itself, and removes when it ends."""

_WARNING = (
    "Dagster's state is in a temporary folder that is removed when `dagster dev` ends, and then records are delivered again: set "
    "DAGSTER_HOME to the absolute path of a folder, or let a dagster.yaml in the folder where `dagster dev` runs have a `storage`."
)
_log = logging.getLogger(__name__)


def temporary_state(instance: dg.DagsterInstance) -> str:
    """What a person should know when all positions are lost at the end of `dagster dev`; empty when they are not."""
    if not instance.is_persistent:
        return ""  # in memory, as tests and scripts want it
    storage = instance.get_ref().event_storage_data
    folder = str(storage.config_dict.get("base_dir", "")) if storage else ""
    return _WARNING if _TEMPORARY in folder else ""


def temporary_home(folder: Path) -> str:
    """The same of whoever runs `dagster dev` in this folder at the moment."""
    return _WARNING if any(folder.glob(f"{_TEMPORARY}*")) else ""


@cache
def warn_once(warning: str) -> None:
    """Log it, the first time that this process has to: the terminal of `dagster dev` shows it."""
    _log.warning(warning)
