"""An empty environment outside the clone, with what `pip install` puts there."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from http_source_tests.package.built import ROOT

_ONLY = ("HOME", "LANG", "PATH", "TMPDIR")
"""What of the environment's variables a person has who has just logged in."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended, and all it wrote."""

    status: int
    output: str


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment, and an empty folder to work in.

    Attributes:
        programs: the folder of its programs.
        folder: where commands run.
    """

    programs: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> Done:
        """Run one of its programs to its end; nothing of the clone is on its way."""
        variables = {name: os.environ[name] for name in _ONLY if name in os.environ}
        return _run(self.folder, variables, str(self.programs / program), *arguments)

    def install(self, *arguments: str) -> None:
        """Have pip install something. Skips the test where no package index answers; anything else that goes wrong fails it."""
        # With the caller's variables: they may say which index is asked.
        command = ("-m", "pip", "--disable-pip-version-check", "install", *arguments)
        done = _run(self.folder, os.environ, str(self.programs / "python"), *command)
        if done.status and "Failed to establish a new connection" in done.output:
            pytest.skip("pip reaches no package index, so nothing can be installed into an empty environment")
        assert done.status == 0, done.output


def empty(folder: Path) -> Installation:
    """Make the environment. Skips the test where Python makes none."""
    if find_spec("ensurepip") is None:
        pytest.skip("an empty environment is needed: install Python's venv with ensurepip to run this test")
    made = _run(folder, os.environ, sys.executable, "-m", "venv", str(folder / "environment"))
    assert made.status == 0, made.output
    (folder / "work").mkdir()
    return Installation(folder / "environment" / "bin", folder / "work")


def constrained(*requirements: str) -> tuple[str, ...]:
    """What pip is told to install something in the versions that the tests run with."""
    return ("--constraint", str(ROOT / "constraints.txt"), *requirements)


def _run(folder: Path, variables: Mapping[str, str], *command: str) -> Done:
    done = subprocess.run(
        command, cwd=folder, env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout)
