"""Wheel and source distribution, built as who publishes them does, by the build backend that pyproject.toml names."""

import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def build(kind: str, source: Path, target: Path) -> Path:
    """Build the `wheel` or the `sdist` of a folder, and return the file."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    done = subprocess.run(command, cwd=source, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = target.iterdir()
    return file


def unpacked(sdist: Path, target: Path) -> Path:
    """Unpack a source distribution, and return its folder."""
    with tarfile.open(sdist) as packed:
        packed.extractall(target, filter="data")
    (folder,) = target.iterdir()
    return folder
