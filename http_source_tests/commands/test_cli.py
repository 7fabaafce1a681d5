"""What all commands have in common, as a person and a script meet it."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from http_source.cli import main
from http_source_tests.config.samples import VALID

COMMANDS = [
    "init", "validate", "preview", "describe", "sizing", "status", "pause", "resume", "stop", "restart", "offsets", "demo", "completion",
]
LAUNCH = [sys.executable, "-m", "http_source.cli"]


def environment(**changes: str) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "", "PYTHONPATH": os.pathsep.join(sys.path), **changes}


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"http-source {version('http-source')}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_tells_its_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "exit codes: 0 " in told
    assert told.endswith("2 wrong usage")


@pytest.mark.parametrize("arguments", [[], ["none"], ["preview"], ["init", "--mode", "GUESS"], ["init", "--set", "x"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "usage: http-source" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["describe"], ["describe", "--json"], ["--help"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nowhere:
        ended = subprocess.run([*LAUNCH, *arguments], stdout=nowhere, stderr=subprocess.PIPE, env=environment(), check=False)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_terminal_that_shows_ascii_only_gets_escapes(tmp_path: Path) -> None:
    file = tmp_path / "größe.json"
    file.write_text(json.dumps(VALID))
    ended = subprocess.run(
        [*LAUNCH, "validate", file], env=environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"), capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.endswith(rb"gr\xf6\xdfe.json: OK" + b"\n")


def test_variables_of_a_file_beside_the_connectors_are_read_as_dagster_does(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOP_TOKEN=s3cret\n")
    token = {"auth.type": "bearer", "bearer.token": "${env:SHOP_TOKEN}"}
    (tmp_path / "shop.json").write_text(json.dumps({**VALID, **token}))
    command = [*LAUNCH, "validate", "shop.json"]
    ended = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "shop.json: OK\n")
