"""What the README and the tutorial show on a terminal: commands, and what they print."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/tutorial.md")]
_VARIES = (
    (re.compile(r"\d+ ms\b"), "0 ms"),
    (re.compile(r"^ *\d+ s  "), "    0 s  "),
    (re.compile(r" \(port \d+ is taken\)"), ""),
    (re.compile(r"\bport \d+"), "port 0"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "0"),
    (re.compile(r"\S*/http-source-\w{8}\b"), "/tmp/http-source-0"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?"), "0000-00-00 00:00:00"),
)
"""What is another each time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as it is typed, and lines of what it prints."""

    command: str
    lines: Sequence[str]


def shown() -> list[Shown]:
    """Every command that a page shows behind a prompt; one that two pages show alike comes once."""
    found = [each for page in PAGES for each in re.findall(r"^\$ (.+)\n((?:(?!```|\$ ).*\n)*)", page, re.MULTILINE)]
    return [Shown(command, output.splitlines()) for command, output in dict.fromkeys(found)]


def beginning(command: str) -> Shown:
    """The one that begins so."""
    (found,) = [each for each in shown() if each.command.startswith(command)]
    return found


def consoles() -> list[str]:
    """Every block that is no file, such as a configuration."""
    blocks = [each for page in PAGES for each in re.findall(r"^```(\w*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)]
    return [block for language, block in blocks if not language]


def missing(lines: Sequence[str], out: str) -> list[str]:
    """The lines that do not come in this order, up to what is another each time; `…` stands for the rest of a line, or for any lines."""
    came = iter(map(_same, out.splitlines()))
    return [line for line in lines if line.strip("… ") and not any(_comes(line, each) for each in came)]


def _comes(line: str, came: str) -> bool:
    start, cut, _ = _same(line).partition("…")
    return came.startswith(start.rstrip()) if cut else came.rstrip() == start.rstrip()


def _same(line: str) -> str:
    for pattern, constant in _VARIES:
        line = pattern.sub(constant, line)
    return line
