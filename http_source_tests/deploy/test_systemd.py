"""The units of deploy/systemd: systemd reads them without a complaint, they are shut in, and they end as runs need it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from http_source_tests.deploy.units import UNITS, setting

HIGHEST_EXPOSURE = 2.0
"""Of 10, by `systemd-analyze security`."""

RUNS_END_SECONDS = 8


@pytest.fixture(params=sorted(UNITS))
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit whose programs are those of this environment."""
    source = UNITS[request.param]
    text = source.read_text(encoding="utf-8").replace("/opt/http-source/bin", str(Path(sys.executable).parent))
    (file := tmp_path / source.name).write_text(text, encoding="utf-8")
    return file


def analyzed(*arguments: str) -> str:
    """What systemd says, without a running systemd."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is missing: install systemd to run this test")
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.servers
def test_systemd_has_nothing_against_a_unit(unit: Path) -> None:
    # Its neighbors are not installed here, and man pages need not be.
    complaints = [line for line in analyzed("verify", "--man=no", "--recursive-errors=no", str(unit)).splitlines() if unit.name in line]
    assert complaints == []


@pytest.mark.servers
def test_a_unit_is_shut_in(unit: Path) -> None:
    (verdict,) = [line for line in analyzed("security", "--offline=true", str(unit)).splitlines() if "Overall exposure level" in line]
    assert float(verdict.split(":")[1].split()[0]) <= HIGHEST_EXPOSURE


@pytest.mark.parametrize("part", sorted(UNITS))
def test_b181_a_unit_signals_all_its_processes_and_gives_runs_time_to_end(part: str) -> None:
    assert setting(UNITS[part], "KillMode") == ["control-group"]
    assert int(setting(UNITS[part], "TimeoutStopSec")[0]) > RUNS_END_SECONDS
