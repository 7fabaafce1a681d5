"""Chains: which transforms a configuration asks for, in which order, and for which records."""

from typing import Any

import pytest

from http_source.connect.record import Header, Record
from http_source.connect.transforms.catalog import PREDICATES, TRANSFORMS
from http_source.connect.transforms.chain import Chain, TransformFailed, read_chain
from http_source.connect.transforms.reference import transforms_page
from http_source.connect.transforms.settings import declared
from http_source.connect.transforms.transform import TransformRefused
from http_source.errors import PageRefused
from http_source_tests.connect.transforms.cases import APACHE

RECORD = Record(topic="orders", value={"a": 1})
HOIST = {"transforms": "h", "transforms.h.type": f"{APACHE}HoistField$Value", "transforms.h.field": "x"}
PREDICATE = "transforms.h.predicate"


def chain(given: dict[str, Any]) -> Chain:
    made, findings = read_chain(given)
    assert made is not None, findings
    return made


def told(given: dict[str, Any]) -> str:
    """What is told of a configuration that must not start."""
    made, findings = read_chain(given)
    assert made is None
    return "\n".join(map(str, findings))


@pytest.mark.parametrize("given", [{}, {"transforms": ""}, {"transforms": None}, {"transforms": []}, {"topic": "x", "transforms": " "}])
def test_without_transforms_there_is_no_chain(given: dict[str, Any]) -> None:
    assert read_chain(given) == (None, [])


def test_transforms_are_applied_in_the_order_of_their_list() -> None:
    given = {
        "transforms": "inner, outer.2",
        "transforms.outer.2.type": f"{APACHE}HoistField$Value", "transforms.outer.2.field": "y",
        "transforms.inner.type": f"{APACHE}HoistField$Value", "transforms.inner.field": "x",
    }
    assert chain(given)(RECORD) == Record(topic="orders", value={"y": {"x": {"a": 1}}})


def test_a_dropped_record_reaches_no_further_transform() -> None:
    given = HOIST | {"transforms": "f,h", "transforms.f.type": f"{APACHE}Filter"}
    assert chain(given)(RECORD) is None


TAGGED = Record(topic="orders", value={"a": 1}, headers=(Header(key="h", value=1),))


@pytest.mark.parametrize(("name", "properties", "matching"), [
    ("RecordIsTombstone", {}, Record(topic="x")),
    ("HasHeaderKey", {"name": "h"}, TAGGED),
    ("TopicNameMatches", {"pattern": "or.*s"}, Record(topic="orders", value=1, headers=TAGGED.headers)),
])
def test_a_predicate_says_which_records_a_transform_is_for(name: str, properties: dict[str, str], matching: Record) -> None:
    predicate = {f"predicates.p.{key}": value for key, value in properties.items()}
    given = HOIST | predicate | {"predicates": "p", "predicates.p.type": f"{APACHE}predicates.{name}", PREDICATE: "p"}
    other = Record(topic="other", value=5)
    assert chain(given)(matching) == Record(topic=matching.topic, value={"x": matching.value}, headers=matching.headers)
    assert chain(given)(other) is other
    negated = given | {"transforms.h.negate": "true"}
    assert chain(negated)(matching) is matching
    assert chain(negated)(other) == Record(topic="other", value={"x": 5})


def test_b160_a_refused_record_names_the_transform_and_the_field() -> None:
    given = HOIST | {"transforms": "h,c", "transforms.c.type": f"{APACHE}Cast$Value", "transforms.c.spec": "x:int8"}
    with pytest.raises(PageRefused) as caught:
        chain(given)(RECORD)
    assert isinstance(caught.value, TransformFailed)
    assert (caught.value.alias, caught.value.path, caught.value.retriable) == ("c", "/x", False)
    assert isinstance(caught.value.cause, TransformRefused)
    assert str(caught.value) == "The transform c refused a record at /x: It casts no object; extract or flatten it first."


def test_b160_a_refusal_never_shows_the_value() -> None:
    given = {"transforms": "c", "transforms.c.type": f"{APACHE}Cast$Value", "transforms.c.spec": "a:int8"}
    with pytest.raises(TransformFailed) as caught:
        chain(given)(Record(topic="orders", value={"a": "hunter2"}))
    assert "hunter2" not in str(caught.value)


NEAR = HOIST | {"predicates": "p", "predicates.p.type": f"{APACHE}predicates.RecordIsTombstone"}


@pytest.mark.parametrize(("given", "message"), [
    ({"transforms": "a,a", "transforms.a.type": f"{APACHE}Filter"},
     "transforms: Invalid value a,a for configuration transforms: Duplicate alias provided: a"),
    ({"transforms": "a,,b"}, "An alias is empty"),
    ({"transforms": {"a": 1}}, "transforms: Invalid value of type dict for configuration transforms"),
    ({"transforms": "a"}, 'Missing required configuration "transforms.a.type"'),
    ({"transforms": "a", "transforms.a.type": 1.5}, "transforms.a.type: Invalid value of type float"),
    (HOIST | {"transforms.h.type": "HoistField$Value"}, f"could not be found. Did you mean {APACHE}HoistField$Value?"),
    (HOIST | {"transforms.h.type": f"{APACHE}HoistFeld$Value"}, f"Did you mean {APACHE}HoistField$Value?"),
    (HOIST | {"transforms.h.type": f"{APACHE}HoistField"},
     f"This class is abstract; write which part of a record it is for: {APACHE}HoistField$Key or"),
    (HOIST | {"transforms.h.type": "com.example.Mine"}, "Class com.example.Mine could not be found."),
    (HOIST | {"transforms.h.feld": "x"}, "transforms.h.feld: This transform or predicate has no such property. Did you mean field?"),
    (HOIST | {"transforms.hh.field": "x", "transforms.hh.type": "x"},
     "transforms.hh.field: `transforms` does not list hh. Did you mean h?"),
    ({"predicates.p.type": "x"}, "predicates.p.type: `predicates` does not list p."),
    (HOIST | {PREDICATE: "p"},
     "transforms.h.predicate: Invalid value p for configuration transforms.h.predicate: `predicates` lists no such alias."),
    (NEAR | {PREDICATE: "pp"}, "lists no such alias. Did you mean p?"),
    (HOIST | {PREDICATE: 1.5}, "transforms.h.predicate: Invalid value of type float"),
    (HOIST | {"transforms.h.negate": "true"}, "transforms.h.negate: There is no transforms.h.predicate to negate"),
    (NEAR | {PREDICATE: "p", "transforms.h.negate": "yes"}, "Expected value to be either true or false"),
    (NEAR | {"predicates": "p,p"}, "Duplicate alias provided: p"),
    (NEAR | {"predicates.p.type": f"{APACHE}RecordIsTombstone"}, f"Did you mean {APACHE}predicates.RecordIsTombstone?"),
    (NEAR | {"predicates.p.type": f"{APACHE}predicates.TopicNameMatches", "predicates.p.pattern": "*"},
     "predicates.p.pattern: Invalid value *"),
    (NEAR | {"predicates.p.negate": "true"}, "predicates.p.negate: This transform or predicate has no such property."),
])
def test_b159_a_wrong_chain_never_starts_and_says_why(given: dict[str, Any], message: str) -> None:
    assert message in told(given)


def test_b159_all_mistakes_are_told_at_once() -> None:
    mistakes = told({"transforms": "a,b", "transforms.b.type": f"{APACHE}Cast$Value", "transforms.b.spec": "x", "predicates": "p", "x": 1})
    assert [line.partition(":")[0] for line in mistakes.splitlines()] == \
        ["predicates.p.type", "transforms.a.type", "transforms.b.spec", "predicates"]


def test_a_predicate_that_nobody_uses_is_a_warning() -> None:
    made, (finding,) = read_chain(NEAR)
    assert made is not None
    assert finding.warning
    assert str(finding) == "predicates: No transform uses the predicate p; name it in a transform's predicate, or remove it."


DESCRIBED = {name: tuple(declared(kind).values()) for name, kind in {**TRANSFORMS, **PREDICATES}.items()}
PAGE = transforms_page()


def test_every_class_of_apache_kafka_is_there_with_its_properties() -> None:
    apache = {name.removeprefix(APACHE): properties for name, properties in DESCRIBED.items() if name.startswith(APACHE)}
    both = ["Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField", "SetSchemaMetadata",
            "TimestampConverter"]
    one = ["DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey",
           "predicates.HasHeaderKey", "predicates.RecordIsTombstone", "predicates.TopicNameMatches"]
    assert sorted(apache) == sorted([f"{name}${part}" for name in both for part in ("Key", "Value")] + one)
    assert [each.name for each in apache["Cast$Value"]] == ["spec", "replace.null.with.default"]
    assert [name for name in DESCRIBED if f"`{name}`" not in PAGE] == []


def test_every_property_says_what_it_does_and_has_a_printable_default() -> None:
    for properties in DESCRIBED.values():
        for each in properties:
            assert each.doc.endswith(".")
            assert "object at 0x" not in (each.default_text or "")
