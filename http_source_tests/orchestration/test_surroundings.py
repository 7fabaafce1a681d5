"""State that is gone when `dagster dev` ends is warned of, and state that stays is not."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
from dotenv import dotenv_values

from http_source.orchestration.status import InstanceMissing, open_instance
from http_source.orchestration.surroundings import temporary_state, warn_once
from http_source_tests.orchestration.stand import Stand, configuration

ROOT = Path(__file__).parents[2]
WARNING = "Dagster's state is in a temporary folder that is removed when `dagster dev` ends"


@contextmanager
def instance_in(folder: Path, settings: str | None = None) -> Iterator[dg.DagsterInstance]:
    """The instance of a folder with this dagster.yaml, as `dagster dev` makes it."""
    folder.mkdir()
    if settings:
        (folder / "dagster.yaml").write_text(settings)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance


def test_b186_the_temporary_state_of_dagster_dev_is_warned_of_in_each_tick_and_once_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    warn_once.cache_clear()
    with instance_in(tmp_path / ".tmp_dagster_home_x1y2") as instance:
        stand = Stand(instance, configuration())
        stand.fail("a", retry_at=None)
        stand.fail("b", retry_at=None)
        for _ in range(2):
            stand.tick()
            assert stand.reason.startswith(WARNING)
            assert "set DAGSTER_HOME to the absolute path of a folder" in stand.reason
        said = temporary_state(instance)
    assert [record.message for record in caplog.records].count(said) == 1


def test_b186_a_state_that_stays_is_not_warned_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with instance_in(tmp_path / "home") as of_a_home:
        assert temporary_state(of_a_home) == ""
    with instance_in(tmp_path / ".tmp_dagster_home_shipped", (ROOT / "dagster.yaml").read_text()) as of_the_clone:
        assert temporary_state(of_the_clone) == ""
    with dg.DagsterInstance.ephemeral() as in_memory:
        assert temporary_state(in_memory) == ""


def test_b186_status_says_why_there_is_nothing_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".tmp_dagster_home_x1y2").mkdir()
    with pytest.raises(InstanceMissing, match=WARNING):
        open_instance()


def test_b186_make_tells_dagster_where_a_clone_keeps_its_state_unless_somebody_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    subprocess.run(["make", ".env"], cwd=tmp_path, check=True)
    assert dotenv_values(tmp_path / ".env") == {"DAGSTER_HOME": str(tmp_path)}
    monkeypatch.setenv("DAGSTER_HOME", "/srv/dagster")
    assert dotenv_values(tmp_path / ".env") == {"DAGSTER_HOME": "/srv/dagster"}
