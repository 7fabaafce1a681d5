"""Programs from npm, installed into the checkout's cache once."""

import shutil
import subprocess
from pathlib import Path

import pytest

from http_source_tests.real_servers.cache import filled


def installed(name: str, version: str, *others: str, compiles: bool = True) -> Path:
    """The folder of a package's `node_modules`; `others` (`name@version`) stand beside it. Skips the test without npm.

    Without `compiles` none of the packages builds anything, or fetches what was built for this machine.
    """
    missing = [command for command in ("node", "npm") if shutil.which(command) is None]
    if missing:
        pytest.skip(f"{name} {version} needs {' and '.join(missing)}: install Node.js with npm to run this test")

    def fill(folder: Path) -> None:
        command = ["npm", "install", "--no-fund", "--no-audit", "--prefer-offline", "--prefix", str(folder), f"{name}@{version}", *others]
        command += [] if compiles else ["--ignore-scripts"]
        npm = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert npm.returncode == 0, f"npm did not install {name}@{version}:\n{npm.stderr}"

    return filled(f"npm/{name}-{version}", fill) / "node_modules"
