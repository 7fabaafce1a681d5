"""Two code locations of one instance with connectors of one name: each command finds the sensor of its own."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from http_source.orchestration.ledger.sensors import sensor_state, switch
from http_source_tests.commands.folder import Make, Say, Show, dagster
from http_source_tests.orchestration.stand import NAME

SENSOR = f"{NAME}_sensor"
TRANSLATOR = """
from http_source import HttpSourceTranslator

class Shop(HttpSourceTranslator):
    def get_asset_spec(self, data):
        spec = super().get_asset_spec(data)
        return spec.replace_attributes(key=spec.key.with_prefix("shop"))
"""


def test_b249_a_command_switches_the_sensor_of_its_own_connector_whichever_ticked_last(
    make: Make, home: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = make().instance
    (home / "elsewhere.py").write_text("from http_source.definitions import defs\n")
    (home / "translators.py").write_text(TRANSLATOR)
    dagster(home, "sensor", "cursor", SENSOR, "--set", json.dumps({"connector": "shop/orders"}))
    dagster(home, "sensor", "cursor", SENSOR, "--set", "{}", location=["-f", "elsewhere.py"])
    for prefixed in ("", "shop/orders"):
        switch(instance, SENSOR, prefixed, on=True)

    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "translators:Shop")
    assert say("pause", NAME)[0] == 0
    assert [sensor_state(instance, SENSOR, prefixed).running for prefixed in ("", "shop/orders")] == [True, False]

    monkeypatch.delenv("HTTP_SOURCE_TRANSLATOR")
    assert say("pause", NAME)[0] == 0
    assert [sensor_state(instance, SENSOR, prefixed).running for prefixed in ("", "shop/orders")] == [False, False]


def test_b249_a_sensor_that_says_nothing_yet_is_anybody_s_of_its_name(make: Make, home: Path) -> None:
    instance = make().instance
    dagster(home, "sensor", "cursor", SENSOR, "--set", "{}")
    switch(instance, SENSOR, on=True)
    assert sensor_state(instance, SENSOR, "shop/orders").running
    for other in ({"connector": "other/orders"}, {"offsets": {"a": 7}}):
        dagster(home, "sensor", "cursor", SENSOR, "--set", json.dumps(other))
        assert sensor_state(instance, SENSOR, "shop/orders").running is None


@pytest.mark.parametrize(("location", "named"), [(("-m", "http_source.definitions"), ["gone"]), (("-f", "elsewhere.py"), [])])
def test_b249_a_run_of_another_location_is_not_taken_for_one_whose_file_is_gone(
    make: Make, home: Path, show: Show, location: Sequence[str], named: list[str]
) -> None:
    gone = make(name="gone")
    (home / "elsewhere.py").write_text("from http_source.definitions import defs\n")
    dagster(home, "sensor", "cursor", "gone_sensor", "--set", "{}", location=location)
    switch(gone.instance, "gone_sensor", on=True)
    (stored,) = gone.instance.all_instigator_state()
    gone.live(gone.wanted(), remote_job_origin=stored.origin.repository_origin.get_job_origin("gone_poll"))
    (home / "connectors" / "gone.json").unlink()
    make()
    dagster(home, "sensor", "cursor", SENSOR, "--set", "{}")
    switch(gone.instance, SENSOR, on=False)
    assert [each["connector"] for each in json.loads(show("--json")[1]) if each["orphans"]] == named
