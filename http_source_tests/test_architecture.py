"""The rules of the house that are checked by reading the source."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 300
VAGUE_NAMES = {"base", "common", "helpers", "manager", "utils"}
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")

WATCHED_IMPORT = """
import sys
sys.addaudithook(lambda event, _: sys.exit(f"opened a socket: {event}") if event.startswith("socket.") else None)
import http_source
print(*sorted({"confluent_kafka", "dagster", "fastavro", "requests"} & sys.modules.keys()))
"""


def modules() -> Iterator[Path]:
    for folder in ("http_source", "http_source_tests", "bench"):
        yield from (ROOT / folder).rglob("*.py")


def test_imports_point_the_way_the_contracts_say() -> None:
    # In a process of its own: it switches off every logger there is, also those that other tests listen to.
    command = [sys.executable, "-c", "import sys, importlinter.cli as cli; sys.exit(cli.lint_imports(no_cache=True, no_logo=True))"]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_importing_the_package_opens_no_socket_and_loads_nothing_heavy() -> None:
    imported = subprocess.run([sys.executable, "-c", WATCHED_IMPORT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (imported.returncode, imported.stdout.split(), imported.stderr) == (0, [], "")


def test_every_module_can_be_read_in_one_sitting() -> None:
    lengths = {str(module.relative_to(ROOT)): len(module.read_text().splitlines()) for module in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_module_is_named_for_what_it_does() -> None:
    assert [str(module) for module in modules() if VAGUE_NAMES & set(module.stem.split("_"))] == []


def test_nothing_is_left_unfinished() -> None:
    assert [str(module) for module in modules() if UNFINISHED.search(module.read_text())] == []
