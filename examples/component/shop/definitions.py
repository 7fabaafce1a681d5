"""Everything in `defs/`; `dg dev` serves it."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Load every connector and resource of the folder."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
