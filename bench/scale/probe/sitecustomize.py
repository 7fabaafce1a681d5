"""Counts the statements that each process of Dagster gives its storage; Python imports this file by its name at the start of a process.

The count stands in a file named by the process's number, in the folder that `BENCH_STATEMENTS` names.
"""

import mmap
import os
import struct
import sys
from itertools import pairwise
from pathlib import Path

_FOLDER = os.environ.get("BENCH_STATEMENTS", "")
_COUNT = struct.Struct("q")


def _count(folder: Path) -> None:
    # Imported here: whoever asks no storage need not wait for it.
    from sqlalchemy import Engine, event  # noqa: PLC0415

    file = folder / str(os.getpid())
    file.write_bytes(bytes(_COUNT.size))
    with file.open("r+b") as opened:
        shared = mmap.mmap(opened.fileno(), _COUNT.size)

    def note(*_: object) -> None:
        _COUNT.pack_into(shared, 0, _COUNT.unpack_from(shared)[0] + 1)

    event.listen(Engine, "before_cursor_execute", note)


def _is_dagster(command: list[str]) -> bool:
    """Whether this is one of Dagster's services, or a run; what only keeps a run's output asks nothing."""
    modules = [name for option, name in pairwise(command) if option == "-m"]
    return any(name.startswith("dagster") for name in modules) or any("multiprocessing.spawn" in each for each in command)


if _FOLDER and _is_dagster(sys.orig_argv):
    _count(Path(_FOLDER))
