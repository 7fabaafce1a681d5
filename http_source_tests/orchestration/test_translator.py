"""What a connector's asset is in the catalog is its user's choice, and two locations may have connectors of one name."""

import json
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from jsonschema import Draft202012Validator

from http_source import (
    ConfigurationError,
    ConnectorData,
    HttpSourceConnector,
    HttpSourceTranslator,
    KafkaResource,
    build_http_source,
    load_connectors,
)
from http_source.assembly.deliveries import position_topic
from http_source.assembly.loading import load_config
from http_source.delivery.exactly_once import Plan
from http_source.foreign.redactor import Redactor
from http_source.orchestration.asset import connector_of
from http_source.orchestration.attributes import attributes_schema
from http_source.orchestration.served_folder import translator_of_environment
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.stand import Stand, configuration, ids_in, message_of

CONDITION = dg.AutomationCondition.on_cron("0 * * * *")


class Shop(HttpSourceTranslator):
    """Puts connectors under `shop`."""

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        spec = super().get_asset_spec(data)
        return spec.replace_attributes(
            key=spec.key.with_prefix("shop"), group_name="shop", owners=["team:shop"], kinds={"http"}, automation_condition=CONDITION,
            deps=["upstream"], code_version="7",
        ).merge_attributes(tags={"tier": "1"}, metadata={"topics": list(data.topics), "asked": data.url})


class Other(HttpSourceTranslator):
    """Puts connectors under `other`."""

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        spec = super().get_asset_spec(data)
        return spec.replace_attributes(key=spec.key.with_prefix("other"))


class Parted(HttpSourceTranslator):
    """Asks for what cannot be."""

    def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
        return super().get_asset_spec(data).replace_attributes(partitions_def=dg.StaticPartitionsDefinition(["x"]))


def spec_in(definitions: dg.Definitions) -> dg.AssetSpec:
    whole = dg.Definitions.merge(definitions, dg.Definitions(resources={"kafka": KafkaResource()}))
    return next(spec for spec in whole.resolve_all_asset_specs() if spec.key.path[-1] != "upstream")


def component(**translation: object) -> dg.Definitions:
    attributes = {**configuration(), "translation": translation}
    assert [error.message for error in Draft202012Validator(attributes_schema()).iter_errors(attributes)] == []
    return dg.build_defs_for_component(HttpSourceConnector.from_attributes_dict(attributes=attributes))


def refused(translation: object) -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        HttpSourceConnector.from_attributes_dict(attributes={**configuration(), "tasks.max": "many", "translation": translation})
    return [str(finding) for finding in refusal.value.findings if finding.property != "tasks.max"]


# In code


def test_b249_a_translator_chooses_key_group_owners_tags_kinds_and_automation() -> None:
    spec = spec_in(build_http_source(configuration("https://api.example.com"), translator=Shop()))
    assert (spec.key.path, spec.group_name, spec.owners, spec.kinds) == (["shop", "orders"], "shop", ["team:shop"], {"http"})
    assert (spec.tags["tier"], spec.automation_condition, spec.code_version) == ("1", CONDITION, "7")
    assert (spec.metadata["topics"], spec.metadata["asked"]) == (["orders-a", "orders-b"], "https://api.example.com/${entityName}")
    assert [dep.asset_key.path for dep in spec.deps] == [["upstream"]]
    assert "http_source/delivery" in spec.metadata


def test_b249_a_connector_with_a_prefix_polls_stores_and_resumes_under_its_key(make: Callable[..., Stand], api: Api) -> None:
    stand = make()
    stand.translator = Shop()
    assert [run.success for run in stand.poll()] == [True]
    assert stand.key.path == ["shop", "orders"]
    assert stand.stored("a")
    assert stand.materialize("a").success
    stand.hurry()
    stand.poll()
    assert sorted(api.offsets("a")) == [0, 10, 20]
    assert stand.check()
    assert stand.instance.get_asset_keys() == [stand.key]


def test_b249_a_folder_has_a_translator_that_a_file_with_mistakes_has_as_well(tmp_path: Path) -> None:
    for name, properties in {"good": {}, "bad": {"tasks.max": "many"}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**configuration(), "name": name, **properties}), encoding="utf-8")
    loaded = load_connectors(tmp_path, translator=Other())
    dg.Definitions.validate_loadable(loaded)
    assert {tuple(spec.key.path) for spec in loaded.resolve_all_asset_specs()} == {("other", "good"), ("other", "bad")}


def test_partitions_are_not_to_be_chosen() -> None:
    with pytest.raises(ConfigurationError, match="translator: The partitions are the connector's entities"):
        build_http_source(configuration(), translator=Parted())


def test_b249_a_run_under_another_key_is_out_of_date_and_one_in_another_group_is_not() -> None:
    class Group(HttpSourceTranslator):
        def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
            return super().get_asset_spec(data).replace_attributes(group_name="shop")

    loaded = load_config(configuration())
    mark = connector_of(loaded).mark
    assert connector_of(loaded, Group()).mark == mark
    assert connector_of(loaded, Shop()).mark != mark


# Two locations


def test_b249_connectors_of_one_name_and_two_prefixes_do_not_see_each_other_s_runs(make: Callable[..., Stand], api: Api) -> None:
    shop, other = make(), make()
    shop.translator, other.translator = Shop(), Other()
    (request,) = shop.tick()
    shop.instance.add_run(dg.DagsterRun(job_name="orders_poll", status=dg.DagsterRunStatus.STARTED, tags=dict(request.tags)))
    assert shop.tick() == []
    (polled,) = other.poll()
    assert polled.success
    assert api.offsets("a") == [0]
    tags = polled.dagster_run.tags
    assert (tags[".dagster/http_source_connector"], tags[".dagster/http_source_task"]) == ("other/orders", "other/orders/0")
    assert dict(request.tags)[".dagster/http_source_task"] == "shop/orders/0"
    assert not shop.stored("a")


def test_b249_a_cursor_says_whose_it_is_where_the_name_is_not_enough(make: Callable[..., Stand], idle: Stand) -> None:
    shop = make()
    shop.translator = Shop()
    for stand in (shop, idle):
        stand.tick()
    assert [stand.remembered().get("connector") for stand in (shop, idle)] == ["shop/orders", None]


def test_b249_without_a_prefix_a_run_is_told_by_the_name_alone(idle: Stand) -> None:
    (request,) = idle.tick()
    assert request.tags[".dagster/http_source_task"] == "orders/0"


def test_b249_with_exactly_once_each_has_transactions_and_positions_of_its_own() -> None:
    loaded = load_config({**configuration(), "exactly.once.support": "required"})
    shop, other = (connector_of(loaded, translator).identity for translator in (Shop(), Other()))
    assert Plan("m", 1).transactional_id(shop, 0) == "http-source-shop/orders-m-0"
    records = [position_topic(loaded.config, {}, Redactor(), identity).plan("m", 1) for identity in (shop, other)]
    assert records[0] != records[1]


# As a component


def test_b249_a_component_s_translation_is_that_of_dagster_s_own() -> None:
    spec = spec_in(component(
        key_prefix=["raw", "shop"], group_name="{{ data.name }}_group", owners=["team:shop"], tags={"tier": 1, "urgent": True},
        kinds=["http"], description="{{ spec.description[:3] }}", automation_condition="{{ automation_condition.eager() }}",
        metadata={"topics": "{{ data.topics | length }}"}, deps=["a/b"],
    ))
    assert (spec.key.path, spec.group_name, spec.kinds) == (["raw", "shop", "orders"], "orders_group", {"http"})
    assert (spec.owners, spec.tags["tier"], spec.tags["urgent"]) == (["team:shop"], "1", "true")
    assert (spec.description, spec.metadata["topics"]) == ("GET", 2)
    assert spec.automation_condition == dg.AutomationCondition.eager()
    assert [dep.asset_key.path for dep in spec.deps] == [["a", "b"]]


def test_a_key_is_written_with_slashes() -> None:
    assert spec_in(component(key="raw/{{ data.name }}_feed", key_prefix="eu")).key.path == ["eu", "raw", "orders_feed"]


def test_what_is_wrong_in_a_translation_is_told_beside_every_other_mistake() -> None:
    told = refused({"owner": ["a"], "tags": 7, "partitions_def": {"type": "static", "partition_keys": ["x"]}})
    assert set(told) == {
        "translation.partitions_def: The partitions are the connector's entities; remove it.",
        "translation.tags: Input should be a valid dictionary.",
        *refused({"owner": ["a"]}),
    }
    assert refused({"owner": ["a"]})[0].startswith("translation.owner: An asset has no such attribute. Did you mean owners? It takes ")
    assert refused(7) == ["translation: Expected attributes of an asset, such as `group_name: shop`, or a template that gives them."]


def test_a_translation_may_be_a_template_that_gives_the_attributes() -> None:
    attributes = {**configuration(), "translation": "{{ {'group_name': data.name} }}"}
    built = dg.build_defs_for_component(HttpSourceConnector.from_attributes_dict(attributes=attributes))
    assert spec_in(built).group_name == "orders"


def test_a_component_of_one_s_own_overrides_the_asset() -> None:
    class Own(HttpSourceConnector):
        def get_asset_spec(self, data: ConnectorData) -> dg.AssetSpec:
            return super().get_asset_spec(data).replace_attributes(group_name="own")

    assert spec_in(dg.build_defs_for_component(Own(configuration()))).group_name == "own"
    assert spec_in(dg.build_defs_for_component(HttpSourceConnector(configuration(), translator=Shop()))).group_name == "shop"


# For the folder that is served, and the commands about it


def test_the_environment_names_a_translator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_translator.py").write_text(
        "from http_source import HttpSourceTranslator\nclass Mine(HttpSourceTranslator):\n    pass\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", "shop_translator:Mine")
    assert type(translator_of_environment()).__name__ == "Mine"


@pytest.mark.parametrize("text", ["nowhere:Mine", "json:Mine", "json", "json:dumps", ":", "http_source:ConnectorData"])
def test_a_translator_that_is_none_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_SOURCE_TRANSLATOR", text)
    with pytest.raises(ConfigurationError, match=f"HTTP_SOURCE_TRANSLATOR: Invalid value {text}: "):
        translator_of_environment()


def test_a_failed_run_is_told_as_ever(make: Callable[..., Stand], api: Api) -> None:
    api.answer = lambda *_: (403, "text/plain", b"no")
    stand = make()
    stand.translator = Shop()
    (run,) = stand.poll()
    assert "403" in message_of(run)
    assert not ids_in(stand.brokers, str(stand.config["topic.name.pattern"]).replace("${entityName}", "a"))
