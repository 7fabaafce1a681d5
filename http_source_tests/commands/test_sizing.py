"""The command `http-source sizing`."""

import json
import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from http_source.cli import main
from http_source.orchestration.sizing import costs
from http_source.orchestration.sizing.estimate import TICKS_KEPT_DAYS
from http_source_tests.config.samples import VALID

DAY = 86_400


def write(file: Path, **changes: object) -> Path:
    file.write_text(json.dumps({**VALID, **{name.replace("_", "."): value for name, value in changes.items()}}), encoding="utf-8")
    return file


def sized(capsys: pytest.CaptureFixture[str], *files: Path) -> Any:
    """What is printed for machines."""
    assert main(["sizing", "--json", *map(str, files)]) == 0
    return json.loads(capsys.readouterr().out)


def one(capsys: pytest.CaptureFixture[str], folder: Path, **changes: object) -> Any:
    """The figures of one connector."""
    (found,) = sized(capsys, write(folder / "orders.json", **changes))["connectors"]
    return found


def names(count: int) -> str:
    return ",".join(f"e{number}" for number in range(count))


def test_requests_follow_from_entities_and_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = one(capsys, tmp_path, entity_names=names(30), request_interval_ms=15_000)
    assert (found["requests_per_second"], found["requests_per_day"]) == (2, 2 * DAY)
    assert found["requests_per_second_catching_up"] == 2


def test_a_budget_bounds_them_and_says_how_often_an_entity_has_its_turn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = {"http_requests_per_second": 0.5, "catchup_interval_ms": 0}
    found = one(capsys, tmp_path, entity_names=names(30), request_interval_ms=15_000, **limits)
    assert (found["requests_per_second"], found["seconds_between_requests"]) == (0.5, 60)
    assert found["requests_per_second_catching_up"] == 0.5
    assert any("each entity is polled every 60 s instead of every 15 s" in sentence for sentence in found["advice"])


def test_catching_up_back_to_back_is_bounded_by_what_may_be_on_its_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = one(capsys, tmp_path, entity_names=names(30), catchup_interval_ms=0, max_in_flight_requests=4, tasks_max=2)
    assert found["requests_per_second_catching_up"] == 80


def test_a_window_of_time_is_asked_for_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    window = {"http_window_start": "2030-01-01T00:00:00Z", "http_window_length_ms": 3_600_000}
    url = "https://api.example.com/x?from=${windowStart}&to=${windowEnd}"
    found = one(capsys, tmp_path, http_offset_mode="TIME_WINDOW", url=url, http_request_parameters=None, http_initial_offset=None, **window)
    assert (found["requests_per_day"], found["runs_per_day"]) == (24, 24)


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ({}, 24),
        ({"tasks_max": 3}, 72),
        ({"run_max_seconds": 900}, 96),
        ({"request_interval_ms": 600_000}, 144),
        ({"request_interval_ms": 600_000, "run_linger_ms": 700_000}, 24),
        ({"request_interval_ms": 60_000, "run_max_seconds": 0}, 1_440),
    ],
)
def test_runs_follow_from_their_length_and_from_what_they_wait_for(
    changes: dict[str, object], runs: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert one(capsys, tmp_path, entity_names=names(3), **changes)["runs_per_day"] == runs


def test_storage_is_split_by_cause_and_shrinks_with_the_interval_of_checkpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    often, rarely = (one(capsys, tmp_path, entity_names=names(2), offset_flush_interval_ms=ms) for ms in (10_000, 60_000))
    for name in ("SQLite", "PostgreSQL"):
        many, few = often["storage"][name], rarely["storage"][name]
        assert many["checkpoints_bytes_per_day"] == pytest.approx(4 * few["checkpoints_bytes_per_day"], rel=0.01)
        parts = ("checkpoints_bytes_per_day", "ticks_bytes_per_day", "runs_bytes_per_day")
        assert many["bytes_per_day"] == pytest.approx(sum(many[part] for part in parts), abs=3)
        assert many["bytes_per_day_if_nothing_moves"] == few["bytes_per_day_if_nothing_moves"]
    assert any("with offset.flush.interval.ms=60000" in sentence for sentence in often["advice"])
    assert not any("offset.flush" in sentence for sentence in rarely["advice"])


def test_storing_takes_a_tenth_of_a_runs_time_at_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thousand, five = (one(capsys, tmp_path, entity_names=names(count), request_interval_ms=1_000) for count in (1_000, 5_000))
    assert thousand["storage"]["SQLite"]["checkpoints_bytes_per_day"] == five["storage"]["SQLite"]["checkpoints_bytes_per_day"]


def test_how_long_runs_are_kept_decides_what_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    week = one(capsys, tmp_path)["storage"]["SQLite"]
    monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", "14")
    fortnight, ticks = one(capsys, tmp_path)["storage"]["SQLite"], week["ticks_bytes_per_day"]
    assert fortnight["bytes_kept"] - ticks == pytest.approx(2 * (week["bytes_kept"] - ticks))
    monkeypatch.setenv("HTTP_SOURCE_KEEP_RUNS_DAYS", "long")
    assert main(["sizing", str(tmp_path / "orders.json")]) == 1
    assert "HTTP_SOURCE_KEEP_RUNS_DAYS is 'long'" in capsys.readouterr().err


@pytest.mark.parametrize(("entities", "interval", "tasks"), [(1, 100, 1), (20, 15_000, 1), (1_000, 15_000, 1), (1_000, 500, 4)])
def test_the_recommended_number_of_tasks_is_what_the_requests_need(
    entities: int, interval: int, tasks: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = one(capsys, tmp_path, entity_names=names(entities), request_interval_ms=interval)
    assert found["recommended_tasks"] == tasks
    assert any("tasks.max=" in sentence for sentence in found["advice"]) is (tasks > 1)


def test_more_tasks_than_needed_are_told_with_what_they_take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = one(capsys, tmp_path, entity_names=names(20), tasks_max=20)
    assert found["memory_bytes"] == 20 * one(capsys, tmp_path, entity_names=names(20))["memory_bytes"]
    assert found["advice"][0].startswith("tasks.max=1 is enough for 1.3 requests a second and takes 2.5 GB of memory less.")


def test_a_run_for_every_request_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = one(capsys, tmp_path, request_interval_ms=90_000)
    assert any(sentence.startswith("960 runs a day") and "run.linger.ms=100000" in sentence for sentence in found["advice"])
    assert one(capsys, tmp_path, request_interval_ms=90_000, run_linger_ms=100_000)["runs_per_day"] == 24


def test_a_folder_is_summed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        write(tmp_path / f"c{number}.json", name=f"c{number}")
    found = sized(capsys, tmp_path)
    assert len(found["connectors"]) == 30
    a_day = found["connectors"][0]["storage"]["SQLite"]["bytes_per_day"]
    assert found["storage"]["SQLite"]["bytes_per_day"] == pytest.approx(30 * a_day, abs=30)
    assert any(sentence.startswith("30 runs at a time: use PostgreSQL") for sentence in found["advice"])
    assert main(["sizing", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "\nAll 30 connectors\n" in told
    assert "bench/sizing.py" in told


def test_a_secret_that_is_not_here_does_not_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = one(capsys, tmp_path, auth_type="bearer", bearer_token="${env:NOT_HERE_AT_ALL}")
    assert found["tasks"] == 1


def test_the_costs_that_were_used_are_printed_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = list(numbers_of(sized(capsys, write(tmp_path / "orders.json"))["costs"]))
    used = [value for name, value in vars(costs).items() if name.isupper() and isinstance(value, int | float)]
    in_storage = [value for each in costs.STORAGES for value in astuple(each) if not isinstance(value, str)]
    assert sorted(printed) == sorted([*used, *in_storage, TICKS_KEPT_DAYS])


def test_large_answers_take_more_memory_where_records_are_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    served, converted = (one(capsys, tmp_path, output_data_format=each)["memory_bytes_of_answers"] for each in ("JSON", "AVRO"))
    assert converted / served == costs.CONVERTED_TIMES / costs.ANSWER_TIMES


def numbers_of(document: Any) -> Iterator[float]:
    """Those in a JSON document, wherever they stand."""
    if isinstance(document, dict):
        for value in document.values():
            yield from numbers_of(value)
    elif not isinstance(document, str):
        yield document


def test_a_mistake_in_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sizing", str(write(tmp_path / "orders.json", request_interval_ms=1))]) == 1
    assert "request.interval.ms" in capsys.readouterr().err


def test_the_mistakes_of_several_files_are_told_together_each_with_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = write(tmp_path / "wrong.json", request_interval_ms=1)
    assert main(["sizing", str(wrong), str(write(tmp_path / "good.json")), str(tmp_path / "none.json")]) == 1
    said = capsys.readouterr().err
    assert "The configuration has 2 mistakes" in said
    assert (f"({wrong})" in said, f"({tmp_path / 'none.json'})" in said, "good.json" in said) == (True, True, False)


def test_folders_without_files_are_told_by_their_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("connectors", "a", "b"):
        (tmp_path / name).mkdir()
    for named, told in {(): "/connectors", ("a",): "/a", ("a", "b"): f"/a, {Path.cwd()}/b"}.items():
        assert main(["sizing", *named]) == 1
        assert capsys.readouterr().err == f"There is no configuration file (*.json) in {Path.cwd()}{told}. Name a file.\n"


def test_the_estimates_of_a_person_are_those_of_a_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "orders.json", name="orders", entity_names=names(20), offset_flush_interval_ms=60_000)
    (found,) = sized(capsys, file)["connectors"]
    assert main(["sizing", str(file)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("orders: 20 entities\n")
    assert f"tasks        {found['tasks']} (recommended: {found['recommended_tasks']}), 24 runs a day" in told
    assert f"threads      {found['threads']}\n" in told


def test_many_busy_entities_of_one_task_are_stored_less_often(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_task, four = (one(capsys, tmp_path, entity_names=names(1_000), tasks_max=count) for count in (1, 4))
    assert one_task["seconds_between_checkpoints"]["SQLite"] == pytest.approx(4 * four["seconds_between_checkpoints"]["SQLite"])
    assert one(capsys, tmp_path, entity_names=names(20))["seconds_between_checkpoints"] == {"SQLite": 15, "PostgreSQL": 15}


def test_the_page_shows_what_the_command_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If not: paste what it prints."""
    page = (Path(__file__).parents[2] / "docs" / "sizing.md").read_text(encoding="utf-8")
    configuration, printed = re.findall(r"```(?:json)?\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "orders.json"
    file.write_text(configuration)
    assert main(["sizing", str(file)]) == 0
    assert capsys.readouterr().out == printed
