"""docs/logs.md names what there is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from http_source.logs.lines import ABOUT
from http_source.logs.settings import FORMAT, LEVEL, LEVELS, LogSettings

PAGE = (Path(__file__).parents[1] / "docs" / "logs.md").read_text(encoding="utf-8")


def test_the_page_names_the_variables_and_levels() -> None:
    assert all(f"`{name}`" in PAGE for name in (FORMAT, LEVEL, *(LEVELS.keys() - {"CRITICAL", "WARNING"})))
    (example,) = re.findall(r"separated by commas: `([^`]+)`", PAGE)
    assert LogSettings.of({LEVEL: example}).says_something


def test_the_page_names_the_fields_of_a_line() -> None:
    (line,) = re.findall(r"^(\{.*\})$", PAGE, re.MULTILINE)
    assert list(json.loads(line)) == ["time", "level", "logger", "message", *ABOUT]
    assert all(f"`{name}`" in PAGE for name in ("time", "level", "logger", "message", "error", *ABOUT))


@pytest.mark.parametrize("command", re.findall(r"`((?:dagster|dagster-\w+) ?[a-z -]*?) --log-format json`", PAGE))
def test_dagsters_commands_take_the_option_of_the_page(command: str) -> None:
    program, *words = command.split()
    done = subprocess.run(
        [str(Path(sys.executable).parent / program), *words, "--help"], capture_output=True, text=True, check=False
    )
    assert "--log-format" in done.stdout
