"""What the command line says about the demo."""

from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "project"
"""The files of a project, as `http-source new` writes them."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of `http-source demo`.

    Attributes:
        until_records: ends the demo when so many have arrived in every topic; None goes on until it is stopped.
        timeout: seconds for that, and for Dagster's start.
        port: where the UI should be; a free port is taken when somebody listens there.
        connectors: the folder of the connector files.
    """

    until_records: int | None = None
    timeout: int = 180
    port: int = 3000
    connectors: Path = Path(__file__).parent / "connectors"
