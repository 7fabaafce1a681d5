"""Who opens Dagster's storage in a fresh folder at the same time as Dagster does not make Dagster fail."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from http_source.orchestration.status import open_instance
from http_source_tests.hosts.waiting import watch
from http_source_tests.orchestration.home import SHIPPED

FOLDERS = 3
OPENS = """
import os, sys
import dagster as dg
from http_source.orchestration.status import open_instance
print("ready", flush=True)
for folder in sys.stdin:
    os.chdir(folder.strip())
    try:
        with open_instance() if sys.argv[1] == "ours" else dg.DagsterInstance.from_config(folder.strip()) as instance:
            instance.get_daemon_heartbeats(), instance.all_instigator_state(), instance.get_runs()
    except Exception as error:
        print(f"{type(error).__name__}: {error}".splitlines()[0], flush=True)
    else:
        print("opened", flush=True)
"""


@contextmanager
def opener(whose: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that opens the instance of each folder that it is given, as a command does or as Dagster does."""
    command = [sys.executable, "-c", OPENS, whose]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert heard(process) == "ready"
        yield process
        assert process.stdin
        process.stdin.close()


def heard(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.mark.parametrize("others", [("dagsters",), ("dagsters", "ours")])
def test_a_command_in_a_fresh_folder_leaves_dagster_alone(tmp_path: Path, others: tuple[str, ...]) -> None:
    with opener("ours") as ours, opener(others[0]) as first, opener(others[-1]) as second:
        processes = [ours, first, second][: 1 + len(others)]
        for number in range(FOLDERS):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "dagster.yaml").write_text(SHIPPED.read_text())
            for process in processes:
                assert process.stdin
                process.stdin.write(f"{folder}\n")
                process.stdin.flush()
            assert [heard(process) for process in processes] == ["opened"] * len(processes), number
            assert sorted(each.name for each in (folder / ".dagster").iterdir() if each.name.startswith(".")) == []


def test_what_dagster_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "http_source.orchestration")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dagster.yaml").write_text(SHIPPED.read_text())
    begun = tmp_path / ".dagster" / "history" / "runs.db"
    begun.parent.mkdir(parents=True)
    begun.touch()
    found: list[dict[str, object]] = []

    def look() -> None:
        with open_instance() as instance:
            found.append(dict(instance.get_daemon_heartbeats()))

    looking = threading.Thread(target=look)
    looking.start()
    watch(2)
    assert found == []
    with dg.DagsterInstance.from_config(str(tmp_path)):
        looking.join(60)
    assert found == [{}]
    assert [each.getMessage() for each in caplog.records] == [f"Waiting until Dagster has made its storage in {Path('.dagster')}."]


@pytest.mark.parametrize("settings", ["", "telemetry: {enabled: false}", "storage: {sqlite: {base_dir: {env: STATE}}}", "run_queue: ["])
def test_the_storage_is_where_dagster_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE", str(tmp_path / "state"))
    (tmp_path / "dagster.yaml").write_text(settings)
    if "[" in settings:
        with pytest.raises(Exception, match="expected"):
            open_instance()
        return
    with open_instance() as instance:
        instance.all_instigator_state()
    base = tmp_path / ("state" if "STATE" in settings else ".")
    assert {"history", "schedules"} <= {each.name for each in base.iterdir()}
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_daemon_heartbeats() == {}
