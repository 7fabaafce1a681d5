"""A file that stays the same is parsed once, and one that changes is read anew."""

import json
import os
import time
from pathlib import Path

import pytest

from http_source.errors import ConfigurationError
from http_source.rest.parsed import ParsedFiles
from http_source_tests.orchestration.stand import configuration


def written(file: Path, *, ago: float = 60, **properties: str) -> None:
    """A file that was written so many seconds ago."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(configuration(**properties)))
    os.utime(new, (time.time() - ago, time.time() - ago))
    new.rename(file)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.json"


def test_a_file_that_stays_the_same_is_parsed_once(file: Path) -> None:
    written(file, auth_type="bearer", bearer_token="${env:TOKEN}")
    files = ParsedFiles()
    assert files(file) is files(file)


def test_a_file_that_was_replaced_is_read_anew(file: Path) -> None:
    files = ParsedFiles()
    for entities in ("a", "b"):
        written(file, entity_names=entities)
        assert files(file).request.entities == (entities,)


def test_a_file_that_was_written_just_now_is_not_remembered(file: Path) -> None:
    written(file, ago=0.5)
    files = ParsedFiles()
    assert files(file) is not files(file)


def test_values_that_another_file_holds_are_read_each_time(file: Path, tmp_path: Path) -> None:
    written(file, entity_names=f"${{file:{tmp_path}/names.properties:entities}}")
    files = ParsedFiles()
    for entity in ("a", "b"):
        (tmp_path / "names.properties").write_text(f"entities={entity}\n")
        assert files(file).request.entities == (entity,)


def test_mistakes_are_found_each_time_and_what_is_gone_is_forgotten(file: Path) -> None:
    written(file)
    files = ParsedFiles()
    before = files(file)
    files.keep([])
    assert files(file) is not before
    written(file, url="ftp://x")
    for _ in range(2):
        with pytest.raises(ConfigurationError):
            files(file)
    file.unlink()
    with pytest.raises(ConfigurationError):
        files(file)
