"""A folder as `dagster dev` runs in one, with a real instance on disk, a local API and an in-memory Kafka cluster."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from http_source.cli import main
from http_source.orchestration.status import open_instance
from http_source_tests.commands.folder import Make, Say, Show
from http_source_tests.commands.surveys import Init, surveyed
from http_source_tests.commands.walks import walked
from http_source_tests.orchestration.api import Api, serving
from http_source_tests.orchestration.home import folder
from http_source_tests.orchestration.stand import Stand, configuration, runs_end
from http_source_tests.registry import Stand as RegistryStand
from http_source_tests.registry import registry


@pytest.fixture
def api() -> Iterator[Api]:
    with serving(25) as api:
        yield api


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `dagster dev` runs in one."""
    monkeypatch.chdir(tmp_path)
    return folder(tmp_path)


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to write into."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def init(away: Path, capsys: pytest.CaptureFixture[str]) -> Init:
    """Surveys an API, and returns the draft and what is printed for machines."""
    return partial(surveyed, away, capsys)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryStand]:
    """A Schema Registry where the commands look for one."""
    with registry() as running:
        monkeypatch.setenv("SCHEMA_REGISTRY_URL", running.url)
        yield running


@pytest.fixture
def make(home: Path, api: Api, brokers: str) -> Iterator[Make]:
    """Connectors of the folder, in the folder's instance."""
    with open_instance() as instance, runs_end(instance):

        def made(brokers: str = brokers, **properties: object) -> Stand:
            config = configuration(api.url, topic_name_pattern=f"{uuid4().hex}-${{entityName}}", **properties)
            (home / "connectors" / f"{config['name']}.json").write_text(json.dumps(config))
            return Stand(instance, config, brokers)

        yield made


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """`http-source` with arguments; its exit code, and what it says on stdout and stderr."""

    def said(*arguments: str, stdin: str = "") -> tuple[int, str]:
        capsys.readouterr()
        code = main(arguments, StringIO(stdin))
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return said


@pytest.fixture
def show(say: Say) -> Show:
    """The command `status`."""
    return lambda *arguments: say("status", *arguments)


@pytest.fixture
def walk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Walks through an API, and returns what is printed for machines."""
    return partial(walked, tmp_path, capsys)
