"""What the README shows on a terminal: commands, and what they print."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
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
    """Every command that the README shows behind a prompt."""
    found = re.findall(r"^\$ (.+)\n((?:(?!```|\$ ).*\n)*)", README, re.MULTILINE)
    return [Shown(command, output.splitlines()) for command, output in found]


def beginning(command: str) -> Shown:
    """The one that begins so."""
    (found,) = [each for each in shown() if each.command.startswith(command)]
    return found


def consoles() -> list[str]:
    """Every block that is no file, such as a configuration."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
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
