"""What Dagster loads: every connector of a folder, with its mistakes, without its secrets."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from http_source.demo.broker import start_cluster
from http_source.errors import ConfigurationError
from http_source.orchestration.build import build_http_source, load_connectors
from http_source_tests.handed_over import handed_over
from http_source_tests.orchestration.stand import Stand, configuration, message_of

ROOT = Path(__file__).parents[1]
SECRETS = ["hidden-password", "hidden-token", "hidden-header", "hidden-key", "hidden-secret", "hidden-query"]

LOADING = """
import sys
sys.addaudithook(lambda event, _: sys.exit(f"opened a socket: {event}") if event == "socket.connect" else None)
from http_source.definitions import defs
print(*sorted(key.to_user_string() for key in defs.resolve_all_asset_keys()))
"""


def write(folder: Path, file: str, **properties: object) -> None:
    (folder / file).write_text(json.dumps(configuration("http://127.0.0.1:1", **properties)), encoding="utf-8")


def assets_in(definitions: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}


def seconds_between_ticks(definitions: dg.Definitions) -> set[int | None]:
    """What the daemon keeps to: a second less is wanted, since it looks every 5 s."""
    return {sensor.minimum_interval_seconds for sensor in definitions.sensors or [] if isinstance(sensor, dg.SensorDefinition)}


def sensors_in(definitions: dg.Definitions) -> set[str]:
    return {sensor.name for sensor in definitions.sensors or [] if isinstance(sensor, dg.SensorDefinition)}


def test_a_connector_is_an_asset_a_job_a_sensor_and_credentials(tmp_path: Path) -> None:
    write(tmp_path, "orders.json")
    loaded = load_connectors(tmp_path)
    assert set(assets_in(loaded)) == {"orders"}
    assert loaded.resolve_job_def("orders_poll")
    assert sensors_in(loaded) == {"orders_sensor"}
    assert {"auth_orders", "kafka"} <= set(loaded.resources or {})


@pytest.mark.parametrize("name", ["my-connector 1", "dots.and.dots", "größe", "北京", "1", "kafka", "a" * 64, "x'y\"z", "a,b;c"])
def test_a_connector_may_be_called_what_its_user_likes(tmp_path: Path, name: str) -> None:
    write(tmp_path, "file.json", name=name)
    loaded = load_connectors(tmp_path)
    dg.Definitions.validate_loadable(loaded)
    assert [spec.key.path for spec in assets_in(loaded).values()] == [[name]]
    assert "http_source/mistakes" not in next(iter(assets_in(loaded).values())).metadata


def test_a_file_with_mistakes_is_shown_with_all_of_them_and_the_others_load(tmp_path: Path) -> None:
    write(tmp_path, "good.json", name="good")
    write(tmp_path, "bad.json", name="bad", bogus="1", tasks_max="many")
    (tmp_path / "worse.json").write_text("{")
    loaded = load_connectors(tmp_path)
    dg.Definitions.validate_loadable(loaded)
    assets = assets_in(loaded)
    assert set(assets) == {"good", "bad", "worse"}
    assert all(mistake in (assets["bad"].description or "") for mistake in ("- bogus: ", "- tasks.max: "))
    assert assets["bad"].tags["http_source/state"] == "FAILED"


def test_a_file_with_mistakes_fails_the_check_of_its_asset_once_and_tells_them_with_every_tick(tmp_path: Path) -> None:
    write(tmp_path, "bad.json", bogus="1")
    sensor = load_connectors(tmp_path).resolve_sensor_def("bad_sensor")
    with dg.DagsterInstance.ephemeral() as instance:
        first = sensor(dg.build_sensor_context(instance=instance))
        assert isinstance(first, dg.SensorResult)
        (verdict,) = first.asset_events
        second = sensor(dg.build_sensor_context(instance=instance, cursor=first.cursor))
    assert isinstance(verdict, dg.AssetCheckEvaluation)
    assert not verdict.passed
    assert "- bogus: " in str(verdict.description)
    assert isinstance(second, dg.SensorResult)
    assert second.asset_events == []
    assert isinstance(second.skip_reason, dg.SkipReason)
    assert "bad.json has mistakes" in str(second.skip_reason.skip_message)


def test_the_check_of_a_file_with_mistakes_reads_it_again(tmp_path: Path) -> None:
    write(tmp_path, "bad.json", name="bad", bogus="1")
    job = dg.define_asset_job("check", selection=dg.AssetSelection.all_asset_checks())
    loaded = dg.Definitions.merge(load_connectors(tmp_path), dg.Definitions(jobs=[job]))

    def description() -> str:
        with dg.DagsterInstance.ephemeral() as instance:
            (found,) = loaded.resolve_job_def("check").execute_in_process(instance=instance).get_asset_check_evaluations()
        return str(found.description)

    assert "- bogus: " in description()
    write(tmp_path, "bad.json", name="bad")
    assert "Reload the code location to start" in description()
    write(tmp_path, "copy.json", name="bad")
    assert "The connector bad is in copy.json as well" in description()
    (tmp_path / "bad.json").unlink()
    assert "Reload the code location to forget" in description()


def refused_in(definitions: dg.Definitions) -> dict[str, str]:
    """What is said of each file that is refused."""
    specs = (spec for spec in definitions.resolve_all_asset_specs() if "http_source/mistakes" in spec.metadata)
    return {Path(str(spec.metadata["http_source/file"])).name: spec.description or "" for spec in specs}


@pytest.mark.parametrize(("one", "other"), [
    ("a-b", "a_b"), ("same", "same"), ("x", "x_poll"), ("x_poll_entities", "x"), ("größe", "grüße"),
])
def test_b167_of_names_that_dagster_cannot_tell_apart_none_starts_and_each_names_the_other(tmp_path: Path, one: str, other: str) -> None:
    write(tmp_path, "1.json", name=one)
    write(tmp_path, "2.json", name=other)
    write(tmp_path, "3.json", name="healthy")
    loaded = load_connectors(tmp_path)
    dg.Definitions.validate_loadable(loaded)
    refused = refused_in(loaded)
    assert set(refused) == {"1.json", "2.json"}
    assert "in 2.json" in refused["1.json"]
    assert "in 1.json" in refused["2.json"]


def test_b167_a_backup_never_starts_in_the_place_of_its_original(tmp_path: Path) -> None:
    for file in ("orders.json", "backup-orders.json", "orders.bak.json"):
        write(tmp_path, file, name="orders")
    refused = refused_in(load_connectors(tmp_path))
    assert "The connector orders is in backup-orders.json, orders.bak.json as well" in refused["orders.json"]
    assert sensors_in(load_connectors(tmp_path)) == {"orders_sensor", "backup_orders_sensor", "orders_bak_sensor", "http_source_upkeep"}
    assert not [job for job in load_connectors(tmp_path).jobs or [] if job.name.endswith("_poll")]


@pytest.mark.parametrize(("connectors", "seconds"), [(1, 4), (20, 4), (50, 11)])
def test_many_connectors_are_looked_at_less_often_so_that_looking_takes_a_part_of_a_core_only(
    connectors: int, seconds: int, tmp_path: Path
) -> None:
    for number in range(connectors):
        write(tmp_path, f"c{number}.json", name=f"c{number}")
    assert seconds_between_ticks(load_connectors(tmp_path)) == {seconds}


def test_b167_what_editors_leave_in_the_folder_is_no_connector(tmp_path: Path) -> None:
    write(tmp_path, "orders.json", name="orders")
    for file in (".orders.json", "orders.json~", "#orders.json#", ".orders.json.swp", "orders.json.bak"):
        write(tmp_path, file, name="orders")
    (tmp_path / ".#orders.json").symlink_to("user@host.1234")
    loaded = load_connectors(tmp_path)
    assert (set(assets_in(loaded)), refused_in(loaded)) == ({"orders"}, {})


def test_b167_a_refused_file_leaves_the_cursor_of_its_connector_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "orders.json", name="orders")
    write(tmp_path, "copy.json", name="orders")
    sensor = load_connectors(tmp_path).resolve_sensor_def("orders_sensor")
    with dg.DagsterInstance.ephemeral() as instance:
        said = sensor(dg.build_sensor_context(instance=instance, cursor='{"offsets": {"a": 7}}'))
    assert isinstance(said, dg.SensorResult)
    cursor = json.loads(said.cursor or "")
    assert "copy.json as well" in cursor.pop("refused")["reason"]
    assert cursor == {"offsets": {"a": 7}}


def test_no_connector_takes_the_name_of_the_upkeep(tmp_path: Path) -> None:
    write(tmp_path, "1.json", name="http_source_upkeep")
    assert "from the daily upkeep" in refused_in(load_connectors(tmp_path))["1.json"]


def test_files_with_mistakes_never_take_the_name_of_a_connector_or_of_each_other(tmp_path: Path) -> None:
    write(tmp_path, "1.json", name="orders")
    for file in ("orders.json", "a-b.json", "a_b.json", "a b.json"):
        write(tmp_path, file, bogus="1")
    loaded = load_connectors(tmp_path)
    dg.Definitions.validate_loadable(loaded)
    assert len(assets_in(loaded)) == 5
    assert "http_source/mistakes" not in assets_in(loaded)["orders"].metadata


@pytest.mark.parametrize("folder", ["", "missing"])
def test_a_folder_without_connectors_loads_and_says_where_it_looked(tmp_path: Path, folder: str, caplog: pytest.LogCaptureFixture) -> None:
    dg.Definitions.validate_loadable(load_connectors(tmp_path / folder))
    assert f"no configuration file (*.json) in {tmp_path / folder}" in caplog.text


def test_definitions_of_ones_own_hear_of_every_mistake() -> None:
    with pytest.raises(ConfigurationError, match=r"2 mistakes(?s:.*)bogus(?s:.*)tasks\.max|2 mistakes(?s:.*)tasks\.max(?s:.*)bogus"):
        build_http_source(configuration(bogus="1", tasks_max="0"))


def test_loading_opens_no_connection_and_warns_of_nothing(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"{name}.json", name=name)
    environment = os.environ | {"HTTP_SOURCE_CONNECTORS": str(tmp_path), "KAFKA_SASL_PASSWORD": "p", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-W", "error", "-c", LOADING]
    loaded = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (loaded.returncode, loaded.stdout, loaded.stderr) == (0, "one two\n", "")


# Secrets


HEADERS = {"http_request_sensitive_headers": "X-Key: hidden-header"}
KAFKA = {"kafka_api_key": "hidden-key", "kafka_api_secret": "hidden-secret"}
BASIC = {"auth_type": "basic", "connection_user": "u", "connection_password": "hidden-password"}
BEARER = {"auth_type": "bearer", "bearer_token": "hidden-token", "url": "http://127.0.0.1:1/${entityName}?key=hidden-query"}


@pytest.mark.parametrize("auth", [BASIC, BEARER], ids=["basic", "bearer"])
def test_what_the_web_server_serves_holds_no_secret(tmp_path: Path, auth: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "hidden-secret")
    write(tmp_path, "orders.json", **auth, **HEADERS, **KAFKA)
    definitions = load_connectors(tmp_path)
    shown = handed_over(definitions) + "".join(map(repr, (definitions.resources or {}).values()))
    assert [secret for secret in SECRETS if secret in shown] == []


@pytest.mark.parametrize("auth", [BASIC, BEARER], ids=["basic", "bearer"])
def test_a_run_that_fails_leaves_no_secret_behind(
    auth: dict[str, str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    host, brokers = start_cluster()
    with dg.DagsterInstance.ephemeral() as instance:
        stand = Stand(instance, configuration(**auth, **HEADERS, entity_names="a"), brokers)
        (request,) = stand.tick()
        run = stand.run(request)
        materialized = stand.materialize("a")
        kept = [str(instance.get_run_by_id(each.run_id)) + str(instance.all_logs(each.run_id)) for each in (run, materialized)]
    host.flush()
    printed = capfd.readouterr()
    shown = "".join([*kept, str(request), str(stand.cursor), message_of(run), printed.out, printed.err, caplog.text])
    assert [secret for secret in SECRETS if secret in shown] == []


def test_what_is_wrong_with_a_secret_is_told_without_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, "bad.json", bogus="1", connection_password="hidden-password", auth_type="bearer", bearer_token=["hidden-token"])
    shown = handed_over(load_connectors(tmp_path)) + caplog.text
    assert [secret for secret in SECRETS if secret in shown] == []
    assert caplog.records[0].levelno == logging.ERROR
