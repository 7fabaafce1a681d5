"""What a shell completes, asked for as bash asks."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from http_source.cli import main
from http_source.config.properties import NAMES
from http_source.config.refused import REFUSED
from http_source_tests.config.samples import ENTITIES

BASH = """
http-source() { "$PYTHON" -m http_source.cli "$@"; }
source "$SCRIPT"
COMP_LINE="$LINE" COMP_POINT=${#LINE} COMP_TYPE=9
_python_argcomplete http-source
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Path:
    """What the command prints for a shell."""
    assert main(["completion", getattr(request, "param", "bash")]) == 0
    file = tmp_path / "completion"
    file.write_text(capsys.readouterr().out)
    return file


def completed(script: Path, line: str) -> list[str]:
    """The words that bash offers at the end of a line."""
    environment = {**os.environ, "SCRIPT": str(script), "LINE": line, "PYTHON": sys.executable, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run(["bash", "-c", BASH], env=environment, cwd=script.parent, capture_output=True, text=True, check=True)
    return [word.strip() for word in ended.stdout.splitlines() if word]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("http-source val", ["validate"]),
        ("http-source describe http.offset.m", ["http.offset.mode"]),
        ("http-source describe --group pa", ["pace"]),
        ("http-source init --mode CH", ["CHAINING"]),
        ("http-source init --set max.r", ["max.retries="]),
        ("http-source init --name ", []),
        ("http-source preview --o", ["--offset"]),
        ("http-source pa", ["pause"]),
        ("http-source re", ["resume", "restart"]),
        ("http-source offsets s", ["show", "set"]),
    ],
)
def test_commands_options_and_property_names_are_completed(script: Path, line: str, words: list[str]) -> None:
    assert completed(script, line) == words


def test_every_property_is_offered(script: Path) -> None:
    assert set(completed(script, "http-source describe ")) == {*NAMES, *(name for name in REFUSED if "*" not in name)}


def test_files_are_folders_and_json(script: Path) -> None:
    (script.parent / "orders.json").write_text("{}")
    (script.parent / "old").mkdir()
    (script.parent / "other.txt").write_text("")
    assert completed(script, "http-source validate o") == ["old/", "orders.json"]


def test_entities_are_those_of_the_file_named_before(script: Path) -> None:
    properties = ", ".join(f'"{name}": "{value}"' for name, value in {**ENTITIES, "entity.names": "books,films"}.items())
    (script.parent / "shop.json").write_text(f"{{{properties}}}")
    assert completed(script, "http-source preview shop.json --entity ") == ["books", "films"]
    assert completed(script, "http-source preview none.json --entity ") == []


@pytest.mark.parametrize(("script", "shell"), [(shell, shell) for shell in ("bash", "zsh", "fish")], indirect=["script"])
def test_each_shell_can_read_its_completion(script: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert subprocess.run([shell, "-n", script], check=False).returncode == 0
