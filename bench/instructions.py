"""Instructions of a process as `perf stat` counts them, which noise of other processes does not change; not every machine lets it."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_EVENT = "instructions:u"


@cache
def are_counted() -> bool:
    """Whether they can be counted here: most virtual machines have no counters."""
    if shutil.which("perf") is None:
        return False
    with TemporaryDirectory() as folder:
        file = Path(folder) / "count"
        tried = subprocess.run([*counting(file), "true"], capture_output=True, check=False)  # noqa: S603  the command is ours
        return tried.returncode == 0 and count_in(file) > 0


def counting(file: Path) -> list[str]:
    """What a command begins with so that its instructions are counted, all threads and children included."""
    return ["perf", "stat", "--field-separator", ",", "--event", _EVENT, "--output", str(file)]


def count_in(file: Path) -> int:
    """The count that `perf` left there; 0 where it counted nothing."""
    counts = [line.split(",")[0] for line in file.read_text(encoding="utf-8").splitlines() if _EVENT in line and not line.startswith("#")]
    return sum(int(count) for count in counts if count.isdecimal())
