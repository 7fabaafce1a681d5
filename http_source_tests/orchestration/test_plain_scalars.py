"""A component's `defs.yaml`, loaded by Dagster, with values that YAML reads as something else."""

from pathlib import Path

import dagster as dg
import pytest

from http_source.errors import ConfigurationError, Finding

PROJECT = """
[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "{module}"
"""
FILE = """
type: http_source.HttpSourceConnector
attributes:
  name: first
  url: http://localhost/x?start=${offset}
  http.initial.offset: "0"
  topic.name.pattern: t
  output.data.format: JSON
---
type: http_source.HttpSourceConnector
attributes:
"""


def findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> dict[str, str]:
    """What is found in the second component of a file of a project."""
    module = f"project_of_{tmp_path.name}"
    project = tmp_path / module
    (project / "defs" / "orders").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(PROJECT.format(module=module))
    for folder in (project, project / "defs"):
        (folder / "__init__.py").write_text("")
    (project / "defs" / "orders" / "defs.yaml").write_text(FILE.lstrip() + "".join(f"  {line}\n" for line in lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Exception, match=r"defs\.yaml") as failed:
        dg.load_from_defs_folder(path_within_project=project)
    cause = failed.value.__cause__
    assert isinstance(cause, ConfigurationError)
    found: tuple[Finding, ...] = cause.findings
    return {finding.property: finding.message for finding in found}


REST = ("url: http://localhost/x?start=${offset}", "output.data.format: JSON")


def test_b231_a_number_that_is_written_otherwise_is_refused_with_the_quotes_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(
        tmp_path, monkeypatch, *REST, "name: no", "http.initial.offset: 012", "topic.name.pattern: 12:30:45", "tasks.max: 1_000",
        "bearer.token: 0x5ec4e7", "entity.names: [a, 0o17, 0x1F]",
    )
    assert found == {
        "http.initial.offset": 'YAML reads 012 as 10; write "012", in quotes.',
        "topic.name.pattern": 'YAML reads 12:30:45 as 45045; write "12:30:45", in quotes.',
        "tasks.max": "YAML reads 1_000 as 1000; write 1000.",
        "bearer.token": "YAML reads its value as a number that is written in another way; put it in quotes.",
        "entity.names": 'YAML reads 0x1F as 31; write "0x1F", in quotes.',
        "name": "Invalid value false for configuration name: Expected value to be a string, but it was a boolean, as YAML reads yes, no, "
                "on, off, true and false; put it in quotes.",
    }


def test_b231_numbers_and_dates_as_they_are_written_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = findings(
        tmp_path, monkeypatch, *REST, "name: 7", "http.initial.offset: 12", "topic.name.pattern: 2026-01-01", "tasks.max: 1",
        "auth.type: nonsense",
    )
    assert list(found) == ["auth.type"]
