"""Two code locations of one instance with connectors of one name: each command finds the sensor of its own."""

import json
from pathlib import Path

import pytest

from http_source.orchestration.ledger.sensors import sensor_state
from http_source_tests.commands.folder import Make, Say, Show
from http_source_tests.orchestration.home import DEFINITIONS, ELSEWHERE, seen
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
    (home / "translators.py").write_text(TRANSLATOR)
    instance = seen(make(), cursor=json.dumps({"connector": "shop/orders"})).instance
    seen(make(), cursor="{}", location=ELSEWHERE)

    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "translators:Shop")
    assert say("pause", NAME)[0] == 0
    assert [sensor_state(instance, SENSOR, prefixed).running for prefixed in ("", "shop/orders")] == [True, False]

    monkeypatch.delenv("HTTP_SOURCE_TRANSLATOR")
    assert say("pause", NAME)[0] == 0
    assert [sensor_state(instance, SENSOR, prefixed).running for prefixed in ("", "shop/orders")] == [False, False]


def test_b249_a_sensor_that_says_nothing_yet_is_anybody_s_of_its_name(make: Make) -> None:
    stand = seen(make(), cursor="{}")
    instance = stand.instance
    assert sensor_state(instance, SENSOR, "shop/orders").running
    for other in ({"connector": "other/orders"}, {"offsets": {"a": 7}}):
        seen(stand, cursor=json.dumps(other))
        assert sensor_state(instance, SENSOR, "shop/orders").running is None


@pytest.mark.parametrize(("location", "named"), [(DEFINITIONS, ["gone"]), (ELSEWHERE, [])])
def test_b249_a_run_of_another_location_is_not_taken_for_one_whose_file_is_gone(
    make: Make, home: Path, show: Show, location: tuple[str, ...], named: list[str]
) -> None:
    gone = seen(make(name="gone"), cursor="{}", location=location)
    (stored,) = gone.instance.all_instigator_state()
    gone.live(gone.wanted(), remote_job_origin=stored.origin.repository_origin.get_job_origin("gone_poll"))
    (home / "connectors" / "gone.json").unlink()
    seen(make(), cursor="{}", on=False)
    assert [each["connector"] for each in json.loads(show("--json")[1]) if each["orphans"]] == named
