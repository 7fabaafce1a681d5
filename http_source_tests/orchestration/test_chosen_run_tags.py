"""The tags of a connector's runs are its user's choice, but for those by which Dagster and the connector find runs."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from http_source import (
    ConfigurationError,
    ConnectorData,
    HttpSourceConnector,
    HttpSourceTranslator,
    KafkaResource,
    build_http_source,
    load_connectors,
)
from http_source.assembly.loading import load_config
from http_source.orchestration.asset import connector_of
from http_source_tests.orchestration.stand import Stand, configuration

KEPT = (
    "http_source/task", ".dagster/http_source_lease", ".dagster/repository", ".dagster/pool/shop", "dagster/partition",
    "dagster/sensor_name", "dagster/max_retries", "dagster/max_runtime", "dagster/image",
)
ALLOWED = "Leave it out; of Dagster's own, dagster/priority and dagster/concurrency_key may be given."
POD = {"container_config": {"resources": {"requests": {"cpu": "250m"}, "limits": {"memory": "512Mi"}}}}


class Launched(HttpSourceTranslator):
    """Says how the runs of a connector are launched."""

    given: object = {"dagster-k8s/config": POD, "team": "shop"}

    def get_run_tags(self, data: ConnectorData) -> Any:
        return {**self.given, "of": data.name} if isinstance(self.given, dict) else self.given


def tags_in(definitions: dg.Definitions) -> Mapping[str, str]:
    whole = dg.Definitions.merge(definitions, dg.Definitions(resources={"kafka": KafkaResource()}))
    return whole.resolve_job_def("orders_poll").tags


def launched_with(given: object) -> HttpSourceTranslator:
    translator = Launched()
    translator.given = given
    return translator


def test_runs_carry_the_tags_that_a_translator_gives_to_their_connector(make: Callable[..., Stand]) -> None:
    stand = make()
    stand.translator = Launched()
    (request,) = stand.tick()
    assert {name: request.tags[name] for name in ("team", "of")} == {"team": "shop", "of": "orders"}
    assert json.loads(request.tags["dagster-k8s/config"]) == POD
    assert request.tags["dagster/max_retries"] == "0"


def test_a_job_that_is_launched_by_hand_carries_them_as_well() -> None:
    assert json.loads(tags_in(build_http_source(configuration(), translator=Launched()))["dagster-k8s/config"]) == POD


def test_a_component_of_one_s_own_chooses_tags_of_runs() -> None:
    class Own(HttpSourceConnector):
        def get_run_tags(self, data: ConnectorData) -> dict[str, object]:
            return {**super().get_run_tags(data), "mine": data.name}

    tags = tags_in(dg.build_defs_for_component(Own(configuration(), translator=Launched())))
    assert {"team": "shop", "mine": "orders"}.items() <= tags.items()


def test_other_tags_do_not_make_a_run_out_of_date() -> None:
    loaded = load_config(configuration())
    assert connector_of(loaded, Launched()).mark == connector_of(loaded).mark


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        *(({name: "x"}, f"get_run_tags gives the tag {name}, which Dagster or the connector sets itself. {ALLOWED}") for name in KEPT),
        ({7: "x"}, "get_run_tags gives a tag of the type int; expected texts for the names."),
        ({"team": object()}, "get_run_tags gives team the type object; expected a text, or what JSON can hold."),
        (7, "get_run_tags gives int; expected tags and their values."),
    ],
)
def test_tags_that_cannot_be_are_refused_before_anything_runs(given: object, expected: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(f"translator: {expected}")):
        build_http_source(configuration(), translator=launched_with(given))


def test_tags_that_say_when_and_where_a_run_is_launched_are_given() -> None:
    given = {"dagster/priority": "3", "dagster/concurrency_key": "shop", "dagster-celery/queue": "slow", "team": "shop"}
    assert given.items() <= tags_in(build_http_source(configuration(), translator=launched_with(given))).items()


# What goes wrong in a translator


class Rash(HttpSourceTranslator):
    """Knows some connectors only."""

    def __init__(self, method: str) -> None:
        self.method = method

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        known = {"good": "shop"}[data.name] if self.method == "get_asset_spec" else "shop"
        return super().get_asset_spec(data).replace_attributes(group_name=known)

    def get_run_tags(self, data: ConnectorData) -> Mapping[str, object]:
        return {"team": {"good": "shop"}[data.name]} if self.method == "get_run_tags" else {}


@pytest.mark.parametrize("method", ["get_asset_spec", "get_run_tags"])
def test_b249_a_translator_that_fails_for_one_connector_leaves_the_others_alone(tmp_path: Path, method: str) -> None:
    for name, properties in {"good": {}, "new": {}, "bad": {"tasks.max": "many"}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**configuration(), "name": name, **properties}), encoding="utf-8")
    loaded = load_connectors(tmp_path, translator=Rash(method))
    dg.Definitions.validate_loadable(loaded)
    told = {spec.key.path[-1]: spec.description or "" for spec in loaded.resolve_all_asset_specs()}
    mistake = f"{method} raised KeyError: 'new'. Fix the method for the connector new."
    assert {name: "FAILED" in each for name, each in told.items()} == {"good": False, "new": True, "bad": True}
    with pytest.raises(ConfigurationError, match=re.escape(f"translator: {mistake}")):
        build_http_source(tmp_path / "new.json", translator=Rash(method))
    assert ["raised KeyError" in told[name] for name in ("new", "bad")] == [True, method == "get_asset_spec"]
    assert "tasks.max" in told["bad"]


def test_b249_the_check_tells_a_translator_s_mistake_that_is_in_no_file(tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text(json.dumps({**configuration(), "name": "new"}), encoding="utf-8")
    job = dg.define_asset_job("check", selection=dg.AssetSelection.all_asset_checks())
    loaded = dg.Definitions.merge(load_connectors(tmp_path, translator=Rash("get_run_tags")), dg.Definitions(jobs=[job]))
    with dg.DagsterInstance.ephemeral() as instance:
        (found,) = loaded.resolve_job_def("check").execute_in_process(instance=instance).get_asset_check_evaluations()
    assert not found.passed
    assert "get_run_tags raised KeyError" in (found.description or "")
