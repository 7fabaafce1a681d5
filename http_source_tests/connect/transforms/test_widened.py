"""What other records have is no part of a record's outcome: its schema may be that of the record alone, or have their fields as well."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from http_source.connect.record import Header, Record
from http_source.connect.schema import UNDECIDED, Schema, Type, map_of
from http_source.connect.transforms.catalog import TRANSFORMS
from http_source.connect.transforms.chain import Chain, TransformFailed, read_chain
from http_source_tests.connect.transforms.served import BOOLEAN, FLOAT64, INT64, STRING, inferred, items, of, schema_of

NESTED = {"input.outer.field.name": "a", "input.inner.field.name": "b", "output.field.name": "c"}
STAMPS = {"message.timestamp.format": "yyyy-MM-dd", "topic.timestamp.format": "yyyy", "message.timestamp.keys": "a,b"}
FILTER = {"filter.type": "include", "missing.or.null.behavior": "include"}
TRANSFORMS_OF_A_PART: dict[str, list[dict[str, str]]] = {
    "Cast": [{"spec": "a:string,b:int8"}, {"spec": "a:float64,c:boolean"}, {"spec": "string"}],
    "ExtractField": [{"field": "a"}, {"field": "a.b", "field.syntax.version": "V2"}, {"field": "a.b.c", "field.syntax.version": "V2"}],
    "Flatten": [{}, {"delimiter": "_"}],
    "HeaderFrom": [{"fields": "a,b", "headers": "x,y", "operation": "move"}, {"fields": "c", "headers": "x", "operation": "copy"}],
    "HoistField": [{"field": "a"}],
    "InsertField": [{"static.field": "c", "static.value": "s"}, {"topic.field": "t!", "partition.field": "p", "timestamp.field": "b"}],
    "MaskField": [{"fields": "a,b"}, {"fields": "c,a", "replacement": "7"}],
    "ReplaceField": [{"exclude": "a", "renames": "b:a"}, {"include": "a,b"}, {"renames": "a:x,c:b"}],
    "SetSchemaMetadata": [{"schema.name": "Order"}],
    "TimestampConverter": [{"field": "a", "target.type": "Timestamp", "format": "yyyy-MM-dd"}, {"target.type": "unix"}],
    "Drop": [{}, {"schema.behavior": "validate"}],
    "ExtractTopic": [{"field": "a", "skip.missing.or.null": "true"}, {"field": "$.a.b", "field.format": "JSON_PATH"}],
    "GzipDecompress": [{}],
    "Filter": [FILTER | {"filter.condition": each} for each in ("$.a[?(@.b)]", "$..b", "$.*[?(@.a != 1)]", "$[?(!@.c)]", "$.a.b")],
    "AdjustPrecisionAndScale": [{"precision.mode": "max"}],
    "BytesToString": [{"fields": "a,b"}, {}],
    "ExtractNestedField": [NESTED],
    "ExtractXPath": [{"xpath": "/a"}, {"xpath": "/a/b", "input.field": "a", "output.field": "b"}, {"xpath": "/a", "input.field": "c"}],
    "SetMaximumPrecision": [{"precision.max": "5"}],
    "TimestampNowField": [{"fields": "a,z"}],
}
TRANSFORMS_OF_A_RECORD: dict[str, list[dict[str, str]]] = {
    "DropHeaders": [{"headers": "h"}],
    "transforms.Filter": [{}],
    "InsertHeader": [{"header": "x", "value.literal": "null"}],
    "RegexRouter": [{"regex": "o(.*)", "replacement": "$1"}],
    "TimestampRouter": [{}],
    "ValueToKey": [{"fields": "a,b"}],
    "ExtractTopic$Header": [{"field": "h"}],
    "MessageTimestampRouter": [STAMPS],
    "TombstoneHandler": [{}],
    "ChangeTopicCase": [{"from": "LOWER_CAMEL", "to": "LOWER_HYPHEN"}],
    "ExtractTimestamp$Value": [{"field.name": "a"}],
    "TimestampNow": [{}],
    "KeyToValue": [{"field": "b"}, {}],
    "TopicRegexRouter": [{"regex": "o(.*)", "replacement": "$1"}],
    "HeaderToValue": [{"headers": "h,g", "fields": "c,a.b", "operation": "copy"}],
}


def _class(name: str) -> list[str]:
    return [each for each in TRANSFORMS if each.endswith(f".{name}")]


STAGES = [
    (kind, properties)
    for table, parts in ((TRANSFORMS_OF_A_PART, ("$Key", "$Value", "$Value")), (TRANSFORMS_OF_A_RECORD, ("",)))
    for name, configurations in table.items() for part in parts for kind in _class(name + part) for properties in configurations
]

NOON = 1_767_225_600_000
NAMES = ("a", "b", "c", "a.b")
TEXTS = ("", "x", "5", "true", "2026-01-01", "<a><b>1</b></a>")
INTEGERS = (0, 1, NOON, 2**64)
FRACTIONS = (0.0, 1.5, 1e10)
SCALARS = st.sampled_from((None, True, *TEXTS, *INTEGERS, *FRACTIONS))
ARRAYS = st.one_of(*(st.lists(st.sampled_from((None, *some)), max_size=2) for some in (TEXTS, INTEGERS + FRACTIONS)))


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)


LEAVES = SCALARS | SCALARS | ARRAYS
VALUES = objects(LEAVES | objects(LEAVES | objects(SCALARS)) | st.lists(objects(SCALARS), max_size=2))

KNOWN = st.sampled_from((UNDECIDED, BOOLEAN, INT64, FLOAT64, STRING, inferred(map_of(STRING, INT64, optional=True))))
ANY = st.recursive(KNOWN, lambda inner: st.builds(items, inner) | st.builds(of, objects(inner)), max_leaves=4)


@st.composite
def widened(draw: st.DrawFn, schema: Schema) -> Schema:
    """The schema with fields that other records have; where this one has null, of any type."""
    if schema.type is Type.UNDECIDED:
        return draw(ANY)
    if schema.items is not None:
        return replace(schema, items=draw(widened(schema.items)))
    if schema.type is not Type.STRUCT:
        return schema
    fields = {each.name: draw(widened(each.schema)) for each in schema.fields}
    fields |= {name: inner for name, inner in draw(objects(ANY)).items() if name not in fields}
    return schema.with_fields(draw(st.permutations(list(fields.items()))))


REFUSED = "refused"
HEADERS = (Header(key="h", value="x", schema=STRING), Header(key="g", value=None, schema=UNDECIDED))


def record(value: Any, value_schema: Schema, key: Any, key_schema: Schema) -> Record:
    return Record(
        topic="orders", value=value, value_schema=value_schema, key=key, key_schema=key_schema, headers=HEADERS, timestamp=NOON,
    )


def chain_of(stages: list[tuple[str, dict[str, str]]]) -> Chain:
    given: dict[str, object] = {"transforms": ",".join(f"t{place}" for place in range(len(stages)))}
    for place, (kind, properties) in enumerate(stages):
        given |= {f"transforms.t{place}.type": kind} | {f"transforms.t{place}.{name}": value for name, value in properties.items()}
    chain, findings = read_chain(given, lambda: NOON)
    assert chain is not None, findings
    return chain


def typed(schema: Schema | None, value: Any) -> Any:
    """The value with the types its schema gives it; a null has none, and every field must be in the schema."""
    if schema is None or value is None:
        return value
    if schema.type is Type.STRUCT:
        known = {each.name: each.schema for each in schema.fields}
        return {name: typed(known[name], inner) for name, inner in value.items()}
    if schema.type is Type.ARRAY:
        return [typed(schema.items, each) for each in value]
    return schema.type, schema.name, value


def outcome(chain: Chain, given: Record) -> Any:
    """All that the record says to Kafka behind the chain, or None where it is dropped, or refused."""
    try:
        changed = chain(given)
    except TransformFailed:
        return REFUSED
    if changed is None:
        return None
    headers = [(each.key, typed(each.schema, each.value)) for each in changed.headers]
    key, value = typed(changed.key_schema, changed.key), typed(changed.value_schema, changed.value)
    return changed.topic, key, value, headers, changed.timestamp, changed.partition


ALONE = [(kind, properties, chain_of([(kind, properties)])) for kind, properties in STAGES]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Record, Record]:
    """A record with the schemas it has alone, and the same one with fields of others in them."""
    value, key = draw(VALUES), draw(VALUES | SCALARS)
    value_schema, key_schema = schema_of(value), schema_of(key)
    wide = record(value, draw(widened(value_schema)), key, draw(widened(key_schema)))
    return record(value, value_schema, key, key_schema), wide


def agree(chain: Chain, alone: Record, wide: Record) -> bool:
    """Whether the schema makes no difference. A record that is refused does not count: it is judged again by its own schema."""
    own, found = outcome(chain, alone), outcome(chain, wide)
    return bool(found in (own, REFUSED))


def test_every_transform_takes_part() -> None:
    assert {kind for kind, _ in STAGES} == set(TRANSFORMS)


@given(pairs())
@settings(max_examples=120)
def test_b206_no_transform_gives_a_record_another_outcome_for_the_fields_that_other_records_have(pair: tuple[Record, Record]) -> None:
    assert [(kind, properties) for kind, properties, chain in ALONE if not agree(chain, *pair)] == []


@given(st.lists(st.sampled_from(STAGES), min_size=2, max_size=4), pairs())
@settings(max_examples=150)
def test_b206_nor_does_a_chain_of_several(stages: list[tuple[str, dict[str, str]]], pair: tuple[Record, Record]) -> None:
    assert agree(chain_of(stages), *pair)
