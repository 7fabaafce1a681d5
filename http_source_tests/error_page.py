"""Prints docs/faults.md from the error tree and the catalogue of faults: `python -m http_source_tests.error_page`."""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import getdoc
from pathlib import Path

import http_source.errors
from http_source_tests.fault import Fault
from http_source_tests.faults import CONTROL, HTTP, JSON, KAFKA, OFFSETS, PROCESS, REGISTRY, TRANSFORMS
from http_source_tests.faults_of_auth import AUTH
from http_source_tests.faults_of_deployment import DEPLOYMENT
from http_source_tests.faults_of_migration import MIGRATION
from http_source_tests.faults_of_paging import PAGING
from http_source_tests.faults_of_protocol import PROTOCOL
from http_source_tests.faults_of_rates import RATES
from http_source_tests.faults_of_schemas import SCHEMAS
from http_source_tests.faults_of_words import WORDS

TESTS = Path(__file__).parent
_IN_NAME = re.compile(r"_b(\d+)(?=_)")
_IN_DOCSTRING = re.compile(r"B(\d+)(?:, B(\d+))*")

HEAD = """# Faults

For maintainers: what may go wrong, by number, what follows, and the tests that show it. Operators look messages up in [errors](errors.md).

Printed by `python -m http_source_tests.error_page` from `http_source/errors.py` and `http_source_tests/faults.py`; edit there.

Each message says what happened, to which property or record, what would be accepted and what to do next. Secrets in it are `[hidden]`."""

TREE = """## What the connector raises

The tree of exceptions is drawn by what follows from each."""

TABLES = """## What goes wrong, and what follows

“The same request is sent again” means: after `retry.backoff.ms`, at most `max.retries` times; then the entity is FAILED and the others go
on. The last column names the tests that show it."""


def error_page() -> str:
    """The whole page, in Markdown."""
    tests = numbered_tests()
    tables = (f"### {title}\n\n{_table(faults, tests)}" for title, faults in _SECTIONS.items())
    return "\n\n".join((HEAD, TREE, _tree(), TABLES, *tables)) + "\n"


@cache
def numbered_tests() -> Mapping[int, list[str]]:
    """The number of a fault → the tests that carry it."""
    found = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for test in _tests(file):
            for number in _numbers(test):
                found[number].append(test.name)
    return found


_SECTIONS: Mapping[str, tuple[Fault, ...]] = {
    "HTTP": HTTP, "What breaks HTTP, or is not JSON": PROTOCOL, "Credentials": AUTH,
    "Offsets and pages": OFFSETS, "Ways of paging": PAGING, "Pointers and JSON": JSON, "Kafka": KAFKA,
    "Schemas and their registry": REGISTRY, "Schemas, record by record": SCHEMAS,
    "Dagster and the process": PROCESS, "Transforms": TRANSFORMS,
    "Control": CONTROL, "Limits of an API": RATES, "Words of others": WORDS, "People who come from elsewhere": MIGRATION,
    "Packages, projects and hosts": DEPLOYMENT,
}


def _tests(file: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _numbers(test: ast.FunctionDef) -> set[int]:
    docstring = _IN_DOCSTRING.match(ast.get_docstring(test) or "")
    told = re.findall(r"\d+", docstring[0]) if docstring else []
    return {int(number) for number in (*_IN_NAME.findall(test.name), *told)}


def _tree() -> str:
    drawing = (getdoc(http_source.errors) or "").partition("\n\n")[2]
    return f"```text\n{drawing}\n```"


def _table(faults: tuple[Fault, ...], tests: Mapping[int, list[str]]) -> str:
    lines = ["| no. | what happens | what a user sees and what holds | tests |", "| --- | --- | --- | --- |"]
    for fault in faults:
        shown = f"does not apply: {fault.absent}" if fault.absent else fault.seen
        names = ", ".join(f"`{name}`" for name in tests.get(fault.number, []))
        lines.append(f"| B{fault.number} | {fault.happens} | {shown} | {names} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(error_page())
