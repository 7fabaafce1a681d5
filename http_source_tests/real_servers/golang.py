"""Programs in Go over a library that is not ours, built into the checkout's cache once."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from http_source_tests.real_servers.cache import filled


def built(source: Path, library: str, version: str) -> Path:
    """The program of one file over a version of a library. Skips the test without Go."""
    if shutil.which("go") is None:
        pytest.skip(f"{library} {version} needs Go: install Go 1.21 or later to run this test")

    def fill(folder: Path) -> None:
        (folder / "go.mod").write_text(f"module {source.stem}\n\ngo 1.21\n\nrequire {library} {version}\n")
        shutil.copy(source, folder)
        _run(folder, "go", "build", "-o", str(folder / source.stem), ".")

    mark = hashlib.blake2b(source.read_bytes() + f"{library}@{version}".encode(), digest_size=6).hexdigest()
    return filled(f"go/{source.stem}-{mark}", fill) / source.stem


def _run(folder: Path, *command: str) -> None:
    """Fails with Go's own words."""
    environment = {**os.environ, "GOFLAGS": "-mod=mod"}
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
