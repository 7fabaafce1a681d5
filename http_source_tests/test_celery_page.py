"""docs/celery.md: its settings are ones that Dagster and Celery know, and the launcher's agree with the workers'."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from celery.app.defaults import DEFAULTS

from http_source.config.properties import PROPERTIES
from http_source_tests.hosts.celery_deployment import SLOTS, block


def worker_settings() -> dict[str, Any]:
    settings: dict[str, Any] = {}
    exec(block("python"), {}, settings)
    return settings


def launcher_settings() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(block("yaml"))["run_launcher"]["config"]["config_source"]
    return found


def test_dagster_takes_the_launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"):
        monkeypatch.setenv(name, "redis://127.0.0.1:1/0")
    (tmp_path / "dagster.yaml").write_text(block("yaml"))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert type(instance.run_launcher).__name__ == "CeleryRunLauncher"


def test_each_setting_is_one_of_celerys() -> None:
    assert {*worker_settings(), *launcher_settings()} - DEFAULTS.keys() == set()


def test_what_the_launcher_is_told_the_workers_are_told_too() -> None:
    assert launcher_settings().items() <= worker_settings().items()


def test_the_state_of_a_run_is_kept_longer_than_a_run_lasts() -> None:
    longest = PROPERTIES["run.max.seconds"].default
    assert isinstance(longest, int)
    assert worker_settings()["result_expires"] > longest


def test_a_worker_is_started_with_the_slots_that_the_tests_change() -> None:
    assert f"--concurrency {SLOTS} " in block("bash")
