"""Programs from PyPI, each installed into an environment of its own in the checkout's cache, once."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from http_source_tests.real_servers.cache import filled


def installed(name: str, version: str, *others: str) -> Path:
    """The folder of a package's programs; `others` (`name==version`) stand beside it. Skips the test where Python makes no environments."""

    def fill(folder: Path) -> None:
        if find_spec("ensurepip") is None:
            pytest.skip(f"{name} {version} needs an environment of its own: install Python's venv with ensurepip to run this test")
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", f"{name}=={version}", *others)

    return filled(f"pypi/{name}-{version}", fill) / "bin"


def _run(*command: str) -> None:
    """Fails with the program's own words."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
