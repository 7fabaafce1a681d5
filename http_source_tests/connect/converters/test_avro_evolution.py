"""What was registered is read, changed and written again: nothing changes by itself, and no record gets another name."""

import json
from typing import Any

from hypothesis import given

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.schema import INT64, OPTIONAL_INT64, OPTIONAL_STRING, Schema, array, struct
from http_source_tests.connect.converters.avro_samples import RECORDS, options

AVRO = AvroFormat(options())


def records_of(text: str) -> dict[str, Any]:
    """The path of each record → its name."""
    found = {}

    def walk(avro: Any, path: str) -> None:
        if isinstance(avro, list):
            for branch in avro:
                walk(branch, path)
        elif isinstance(avro, dict):
            if avro["type"] == "record":
                found[path] = avro["name"]
            for field in avro.get("fields", ()):
                walk(field["type"], f"{path}/{field['name']}")
            walk(avro.get("items"), f"{path}/*")

    walk(json.loads(text), "")
    return found


@given(RECORDS)
def test_a_schema_read_and_written_again_is_the_same_text(schema: Schema) -> None:
    text = AVRO.write_schema(schema).text
    assert AVRO.write_schema(AVRO.read_schema(text)).text == text


@given(RECORDS, RECORDS)
def test_b117_a_new_field_renames_no_record(schema: Schema, new: Schema) -> None:
    before = AVRO.write_schema(schema).text
    known = AVRO.read_schema(before)
    grown = known.with_fields([*((each.name, each.schema) for each in known.fields), ("new_field", new.as_optional())])
    after = records_of(AVRO.write_schema(grown).text)
    assert after.items() >= records_of(before).items()


def test_b117_a_new_record_in_the_middle_takes_the_next_number() -> None:
    text = AVRO.write_schema(struct({"a": struct({"x": INT64}, optional=True), "b": struct({"y": INT64}, optional=True)})).text
    known = AVRO.read_schema(text)
    first, second = known.fields
    grown = first.schema.with_fields([("x", INT64), ("new", struct({"z": OPTIONAL_INT64}, optional=True))])
    renamed = records_of(AVRO.write_schema(known.with_fields([("a", grown), ("b", second.schema)])).text)
    assert renamed == {"": "ConnectDefault", "/a": "ConnectDefault2", "/a/new": "ConnectDefault4", "/b": "ConnectDefault3"}


def test_b117_equal_records_may_part_without_a_new_name() -> None:
    street = struct({"street": OPTIONAL_STRING}, optional=True)
    known = AVRO.read_schema(AVRO.write_schema(struct({"home": street, "work": street})).text)
    grown = known.fields[1].schema.with_fields([("street", OPTIONAL_STRING), ("floor", OPTIONAL_INT64)])
    parted = records_of(AVRO.write_schema(known.with_fields([("home", known.fields[0].schema), ("work", grown)])).text)
    assert parted == {"": "ConnectDefault", "/home": "ConnectDefault2", "/work": "ConnectDefault3"}


def test_b117_records_that_confluent_gave_one_name_may_part() -> None:
    inner = {"type": "record", "name": "ConnectDefault2", "fields": [{"name": "street", "type": ["null", "string"], "default": None}]}
    text = json.dumps({"type": "record", "name": "ConnectDefault", "namespace": "io.confluent.connect.avro", "fields": [
        {"name": "home", "type": inner}, {"name": "work", "type": "ConnectDefault2"}]})
    known = AVRO.read_schema(text)
    assert records_of(AVRO.write_schema(known).text) == {"": "ConnectDefault", "/home": "ConnectDefault2"}
    grown = known.fields[1].schema.with_fields([("street", OPTIONAL_STRING), ("floor", OPTIONAL_INT64)])
    parted = records_of(AVRO.write_schema(known.with_fields([("home", known.fields[0].schema), ("work", grown)])).text)
    assert parted == {"": "ConnectDefault", "/home": "ConnectDefault2", "/work": "ConnectDefault3"}


def test_arrays_of_records_count_in_order_of_appearance() -> None:
    text = AVRO.write_schema(struct({"a": array(struct({"x": struct({})})), "b": struct({})})).text
    assert records_of(text) == {"": "ConnectDefault", "/a/*": "ConnectDefault2", "/a/*/x": "ConnectDefault3", "/b": "ConnectDefault4"}
