"""Programs in Go over a library that is not ours, built into the checkout's cache once."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

_CACHE = Path(__file__).parents[2] / ".cache" / "go"


def built(source: Path, library: str, version: str) -> Path:
    """The program of one file over a version of a library. Skips the test without Go."""
    if shutil.which("go") is None:
        pytest.skip(f"{library} {version} needs Go: install Go 1.21 or later to run this test")
    mark = hashlib.blake2b(source.read_bytes() + f"{library}@{version}".encode(), digest_size=6).hexdigest()
    folder = _CACHE / f"{source.stem}-{mark}"
    program = folder / source.stem
    if not program.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text(f"module {source.stem}\n\ngo 1.21\n\nrequire {library} {version}\n")
        shutil.copy(source, folder)
        _run(folder, "go", "build", "-o", f"{program}.new", ".")
        Path(f"{program}.new").rename(program)
    return program


def _run(folder: Path, *command: str) -> None:
    """Fails with Go's own words."""
    environment = {**os.environ, "GOFLAGS": "-mod=mod"}
    done = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"
