"""What tests install of programs that are not ours: in the checkout's cache, once for all processes."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

_CACHE = Path(__file__).parents[2] / ".cache"


def filled(name: str, fill: Callable[[Path], None]) -> Path:
    """The folder of that name in the cache, filled by `fill` if it is not there whole.

    Processes that want it at once wait for the first one. A mark is left at the end: a folder whose filling was cut off is filled again.
    """
    folder = _CACHE / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = folder / ".filled"
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            mark.touch()
    return folder
