"""The programs that are installed beside this one, as a person has to call them."""

import shlex
import shutil
import sys
from pathlib import Path


def program(name: str) -> str:
    """The program's name where the shell finds it, otherwise its path: an environment may be used without being activated."""
    here, found = Path(sys.executable).parent / name, shutil.which(name)
    is_found = found is not None and Path(found).resolve() == here.resolve()
    return name if is_found or not here.exists() else shlex.quote(str(here))
