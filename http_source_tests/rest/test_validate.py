"""`config/validate`: each mistake at its property, and what a form needs of every property."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from http_source.config.properties import PROPERTIES
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS
from http_source.rest.calls import Call
from http_source.rest.forms import validate
from http_source.rest.worker import Worker
from http_source_tests.rest.changing import config, workplace
from http_source_tests.rest.served import Served

PATH = "/connector-plugins/HttpSource/config/validate"
SORT = {"transforms": "route", "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with workplace(tmp_path_factory.mktemp("home")) as (serve, _):
        yield serve


def validated(served: Served, given: Mapping[str, object], path: str = PATH) -> dict[str, Any]:
    answered = served.put(path, given)
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


def errors(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """The mistakes by the properties that have any."""
    return {each["value"]["name"]: each["value"]["errors"] for each in document["configs"] if each["value"]["errors"]}


def value_of(document: Mapping[str, Any], name: str) -> Any:
    return next(each["value"] for each in document["configs"] if each["definition"]["name"] == name)


def test_a_sound_configuration_has_no_errors_and_every_property_is_described(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders"})
    assert (list(document), document["error_count"]) == (["name", "error_count", "groups", "configs"], 0)
    assert {each["definition"]["name"] for each in document["configs"]} == set(PROPERTIES)
    assert document["groups"][0] == "Connector"
    assert {each["definition"]["group"] for each in document["configs"]} == set(document["groups"])
    assert value_of(document, "output.data.format")["recommended_values"] == ["AVRO", "JSON_SR", "PROTOBUF", "JSON"]



def test_null_which_forms_send_for_an_empty_field_is_an_error_of_its_property(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", "tasks.max": None, "what.is.that": None})
    null = ["It is null, but values are texts. Write one, or leave it out."]
    assert (document["error_count"], errors(document)) == (2, {"tasks.max": null, "what.is.that": null})
    assert value_of(document, "tasks.max")["value"] is None

def test_every_mistake_is_at_its_property(served: Served) -> None:
    given = {**config(), "request.interval.ms": "fast", "auth.type": "basic", "http.request.parameters": "a=${ofset}"}
    document = validated(served, given)
    found = errors(document)
    assert set(found) == {"name", "request.interval.ms", "connection.user", "connection.password", "http.request.parameters"}
    assert document["error_count"] == sum(map(len, found.values()))
    assert value_of(document, "request.interval.ms")["value"] is None


def test_a_name_nobody_knows_is_listed_and_counted(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", "task.max": "1", "http.api.url": "x"})
    assert errors(document)["task.max"] == ["Unknown property. Did you mean tasks.max? Correct or remove it."]
    assert set(errors(document)) == {"task.max", "http.api.url"}
    assert document["groups"][-1] == "Unknown"


def test_what_has_no_meaning_here_is_listed_with_the_reason_and_is_no_error(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", "group.id": "x", "tasks.max.enforce": "true"})
    assert document["error_count"] == 0
    described = {each["definition"]["name"]: each["definition"]["documentation"] for each in document["configs"]}
    assert "no worker runs here" in described["group.id"]


def test_mistakes_of_transforms_are_at_their_own_properties(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", **SORT, "transforms.route.regx": "a", "transforms.other.type": "x"})
    found = errors(document)
    assert set(found) == {"transforms.route.regex", "transforms.route.replacement", "transforms.route.regx", "transforms.other.type"}
    assert "Transforms: route" in document["groups"]


def test_a_transform_brings_its_properties_with_it(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", **SORT, "transforms.route.regex": "a", "transforms.route.replacement": "b"})
    names = [each["definition"]["name"] for each in document["configs"]]
    assert {"transforms.route.type", "transforms.route.regex", "transforms.route.predicate", "transforms.route.negate"} <= set(names)
    assert document["error_count"] == 0


def test_a_group_of_topics_brings_its_properties_with_it(served: Served) -> None:
    document = validated(served, {**config(), "name": "orders", "topic.creation.groups": "big", "topic.creation.big.partitions": "none"})
    assert {"topic.creation.big.partitions", "topic.creation.big.include"} <= set(errors(document))


def test_passwords_are_hidden_and_a_clear_one_is_a_mistake(served: Served) -> None:
    given = {**config(), "name": "orders", "auth.type": "basic", "connection.user": "me", "connection.password": "hunter2"}
    answered = served.put(PATH, {**given, "http.request.headers": "X-Api-Key: quite-secret"})
    assert set(errors(answered.json())) == {"connection.password", "http.request.headers"}
    assert "hunter2" not in answered.text
    assert "quite-secret" not in answered.text
    assert value_of(answered.json(), "connection.password")["value"] == "[hidden]"


def test_a_reference_that_resolves_elsewhere_is_no_mistake(served: Served) -> None:
    given = {**config(), "name": "orders", "auth.type": "bearer", "bearer.token": "${env:ONLY_WHERE_DAGSTER_RUNS}"}
    assert validated(served, given)["error_count"] == 0
    assert errors(validated(served, {**given, "bearer.token": "${env:}"})).keys() == {"bearer.token"}


def test_another_name_of_a_property_counts_for_it(served: Served) -> None:
    given = {**config(), "name": "orders", "data.format": "XML"}
    del given["output.data.format"]
    assert set(errors(validated(served, given))) == {"output.data.format"}


@pytest.mark.parametrize("plugin", ["HttpSource", "HttpSourceConnector", "io.confluent.connect.http.HttpSourceConnector"])
@pytest.mark.parametrize("included", ["HttpSource", "io.confluent.connect.http.HttpSourceConnector", None])
def test_every_name_of_the_class_means_it(served: Served, plugin: str, included: str | None) -> None:
    given = {name: value for name, value in {**config(), "connector.class": included, "name": "orders"}.items() if value}
    assert validated(served, given, f"/connector-plugins/{plugin}/config/validate")["error_count"] == 0


def test_another_class_is_refused_as_connect_does(served: Served) -> None:
    answered = served.put(PATH, {**config(), "connector.class": "org.example.Other"})
    assert answered.json()["message"] == "Included connector type org.example.Other does not match request type HttpSource"
    unknown = served.put("/connector-plugins/Other/config/validate", {**config(), "connector.class": "org.example.Other"})
    assert (unknown.status_code, unknown.json()["message"]) == (400, (
        "Failed to find any class that implements Connector and which name matches Other, available connectors are: HttpSource, "
        "io.confluent.connect.http.HttpSourceConnector"))


NAMES = st.one_of(
    st.sampled_from([*PROPERTIES, "transforms.a.type", "transforms.a.field", "predicates.p.type", "topic.creation.g.include", "group.id"]),
    st.text(max_size=20),
)
VALUES = st.one_of(
    st.sampled_from(["", "a", "a,b", "${env:A}", "${file:/x:y}", "$${env:A}", "X: y|Z", "a=b&password=c", "http://u:p@h/?token=x", "1",
                     "true", *TRANSFORMS, *PREDICATES, "JSON", "AVRO", "basic"]),
    st.text(max_size=20),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=st.dictionaries(NAMES, VALUES, max_size=8), well=st.booleans())
def test_whatever_is_sent_each_mistake_is_told_once_at_a_property(served: Served, given: dict[str, str], well: bool) -> None:  # noqa: FBT001
    sent = {**(config() if well else {}), **given, "connector.class": "HttpSource"}
    call = Call(Worker(served.instance, ""), {"plugin": "HttpSource"}, QueryParams(), json.loads(json.dumps(sent)))
    document = json.loads(bytes(validate(call).body))
    assert document["error_count"] == sum(map(len, errors(document).values()))
    assert {each["definition"]["name"] for each in document["configs"]} >= set(PROPERTIES)
    assert {each["definition"]["group"] for each in document["configs"]} == set(document["groups"])


def test_a_name_that_is_taken_by_a_neighbor_is_a_mistake_of_name(served: Served) -> None:
    file = served.write("a-b.json", {**config(), "name": "a-b"})
    assert set(errors(validated(served, {**config(), "name": "a_b"}))) == {"name"}
    assert validated(served, {**config(), "name": "a-b"})["error_count"] == 0
    file.unlink()
