"""Programs from PyPI, each installed into an environment of its own in the checkout's cache, once."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

_CACHE = Path(__file__).parents[2] / ".cache" / "pypi"


def installed(name: str, version: str, *others: str) -> Path:
    """The folder of a package's programs; `others` (`name==version`) stand beside it. Skips the test where Python makes no environments.

    A mark is left at the end, so that an environment that was cut off is made again.
    """
    folder = _CACHE / f"{name}-{version}"
    mark, programs = folder / "installed", folder / "bin"
    if not mark.exists():
        if find_spec("ensurepip") is None:
            pytest.skip(f"{name} {version} needs an environment of its own: install Python's venv with ensurepip to run this test")
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", f"{name}=={version}", *others)
        mark.touch()
    return programs


def _run(*command: str) -> None:
    """Fails with the program's own words."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
