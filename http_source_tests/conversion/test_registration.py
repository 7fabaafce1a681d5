"""What is registered and when: once for a new schema, never for a known one, and one schema for all who write to a subject."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from http_source.errors import RequestFailed
from http_source_tests.conversion.readers import avro, schema_id
from http_source_tests.conversion.rig import (
    FORMATS,
    STRATEGY,
    VALUE,
    conversion,
    made,
    payloads,
    register,
    registrations,
    served,
    versions,
)
from http_source_tests.registry import Stand, incompatible
from http_source_tests.servers import Asked, Reply

FIRST = {"id": 1, "name": "x"}
GROWN = {"id": 1, "name": "x", "total": 1.5}
NULLS = {"name": None, "id": None}
# JSON Schema's open objects cannot be added to under BACKWARD; see `value.converter.object.additional.properties`.
CLOSED = {"value.converter.object.additional.properties": "false"}


def of(format_: str) -> dict[str, object]:
    return {"output.data.format": format_, **(CLOSED if format_ == "JSON_SR" else {})}


@pytest.mark.parametrize("format_", FORMATS)
def test_a_new_schema_is_registered_once_and_a_page_of_known_shape_asks_nothing(stand: Stand, format_: str) -> None:
    with conversion(stand, of(format_)) as convert:
        made(convert, FIRST, FIRST)
        newest = f"GET /subjects/{VALUE}/versions/latest"
        assert stand.calls() == [newest, newest, f"POST /subjects/{VALUE}/versions"]
        before = len(stand.asked)
        pages: list[list[Any]] = [[FIRST], [NULLS, FIRST], [{"name": "y"}], [None], [{}]]
        for page in pages:
            made(convert, *page)
        assert len(stand.asked) == before


@pytest.mark.parametrize("format_", FORMATS)
def test_b109_a_field_that_appears_is_one_version_and_one_that_disappears_is_none(stand: Stand, format_: str) -> None:
    with conversion(stand, of(format_)) as convert:
        for record in (FIRST, GROWN, FIRST, {"id": 1}, GROWN):
            made(convert, record)
    assert len(versions(stand)) == len(registrations(stand)) == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_a_restart_asks_once_and_registers_nothing(stand: Stand, format_: str) -> None:
    for _ in range(3):
        with conversion(stand, of(format_)) as convert:
            made(convert, GROWN, FIRST)
            made(convert, NULLS)
    assert len(registrations(stand)) == len(versions(stand)) == 1
    assert stand.calls()[-2:] == [f"GET /subjects/{VALUE}/versions/latest"] * 2


@pytest.mark.parametrize("format_", FORMATS)
def test_b118_fields_in_another_order_are_the_same_schema(stand: Stand, format_: str) -> None:
    for record in (GROWN, dict(reversed(GROWN.items()))):
        with conversion(stand, of(format_)) as convert:
            made(convert, record)
    assert len(versions(stand)) == 1


def test_two_tasks_on_one_subject_end_in_one_merged_schema(stand: Stand) -> None:
    with conversion(stand) as one, conversion(stand) as other:
        made(one, FIRST)
        made(other, FIRST)
        made(other, FIRST | {"b": "B"})
        made(one, FIRST | {"a": "A"})
        both = payloads(made(other, FIRST | {"a": "A", "b": "B"})) + payloads(made(one, FIRST | {"a": "A", "b": "B"}))
    found = versions(stand)
    assert len(found) == 3
    assert [avro(each[5:], found[schema_id(each) - 1]) for each in both] == [{"id": 1, "name": "x", "a": "A", "b": "B"}] * 2


@pytest.mark.parametrize("format_", FORMATS)
def test_b106_what_another_process_registers_at_the_same_moment_is_grown_instead_of_refused(stand: Stand, format_: str) -> None:
    with conversion(stand, of(format_)) as one, conversion(stand, of(format_)) as other:
        made(one, FIRST)

        def overtakes(asked: Asked) -> Reply | None:
            if asked.method != "POST":
                return None
            stand.fault = lambda _asked: None
            made(other, FIRST | {"b": "B"})
            return incompatible("READER_FIELD_MISSING")(asked)

        stand.fault = overtakes
        (value,) = payloads(made(one, FIRST | {"a": "A"}))
    assert schema_id(value) == len(versions(stand)) == 3
    assert re.search(r"\bb\b.*\ba\b", versions(stand)[-1], re.DOTALL)


def test_b106_a_refusal_that_no_other_process_has_to_do_with_is_asked_for_once(stand: Stand) -> None:
    stand.fault = incompatible("TYPE_MISMATCH")
    with conversion(stand) as convert, pytest.raises(RequestFailed, match="TYPE_MISMATCH"):
        made(convert, FIRST)
    assert len(registrations(stand)) == 1


def test_threads_of_one_task_that_meet_a_new_shape_at_once_register_it_once(stand: Stand) -> None:
    with conversion(stand) as convert, ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: made(convert, FIRST), range(8)))
        list(threads.map(lambda _: made(convert, GROWN), range(8)))
    assert len(registrations(stand)) == len(versions(stand)) == 2


def test_a_schema_that_must_be_there_is_looked_up_and_not_registered(stand: Stand) -> None:
    with conversion(stand) as convert:
        before = payloads(made(convert, FIRST))
    with conversion(stand, {"value.converter.auto.register.schemas": "false"}) as convert:
        assert payloads(made(convert, FIRST)) == before
    assert len(registrations(stand)) == 1


def order(fields: str) -> str:
    return f'{{"type":"record","name":"Order","fields":[{fields}]}}'


USED_AS_IT_IS: list[tuple[str, dict[str, Any]]] = [
    ('{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"name","type":"string"},{"name":"id","type":"int"}]}', FIRST),
    (order('{"name":"name","type":["string","null"],"default":""},{"name":"id","type":["long","null"],"default":0}'), FIRST),
    (order('{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}}'), {"at": "2026-01-01T00:00:00Z"}),
    (order('{"name":"kind","type":{"type":"enum","name":"Kind","symbols":["NEW","OLD"]}}'), {"kind": "NEW"}),
    (order('{"name":"prices","type":{"type":"map","values":"double"}}'), {"prices": {"a-b": 1, "@": 2.5}}),
    ('["null",' + order('{"name":"id","type":"long"}') + "]", {"id": 1}),
]


@pytest.mark.parametrize(("text", "record"), USED_AS_IT_IS)
def test_a_schema_that_a_person_registered_is_used_as_it_is_while_records_fit(stand: Stand, text: str, record: dict[str, Any]) -> None:
    register(stand, text)
    with conversion(stand) as convert:
        first, second = payloads(made(convert, record, dict(reversed(record.items()))))
    assert versions(stand) == [text]
    assert first == second
    assert avro(first[5:], text).keys() == record.keys()


def test_a_required_field_becomes_optional_when_it_is_missing_and_its_name_stays(stand: Stand) -> None:
    register(stand, USED_AS_IT_IS[0][0])
    with conversion(stand) as convert:
        (value,) = payloads(made(convert, {"id": 1}))
    _, grown = versions(stand)
    assert avro(value[5:], grown) == {"name": None, "id": 1}
    assert '"name":"Order"' in grown


def test_a_schema_that_a_person_registered_serves_a_record_name_strategy_too(stand: Stand) -> None:
    subject = "io.confluent.connect.avro.ConnectDefault"
    text = '{"type":"record","name":"ConnectDefault","namespace":"io.confluent.connect.avro","fields":[{"name":"id","type":"int"}]}'
    register(stand, text, subject)
    with conversion(stand, {STRATEGY: "RecordNameStrategy"}) as convert:
        made(convert, {"id": 1})
    assert versions(stand, subject) == [text]


CHOSEN = {"value.converter.auto.register.schemas": "false", "value.converter.use.latest.version": "true"}


def test_the_newest_version_writes_records_that_fit_it(stand: Stand) -> None:
    register(stand, USED_AS_IT_IS[0][0])
    with conversion(stand, CHOSEN) as convert:
        (value,) = payloads(made(convert, FIRST))
    assert schema_id(value) == 1
    assert registrations(stand) == []


def test_the_newest_version_leaves_out_what_it_lacks_when_it_need_not_be_compatible(stand: Stand) -> None:
    register(stand, USED_AS_IT_IS[0][0])
    with conversion(stand, CHOSEN | {"value.converter.latest.compatibility.strict": "false"}) as convert:
        made(convert, GROWN)
        before = len(stand.asked)
        (value,) = payloads(made(convert, GROWN))
        assert len(stand.asked) == before
    assert avro(value[5:], USED_AS_IT_IS[0][0]) == FIRST


def test_a_schema_is_chosen_by_its_id_for_values_and_not_for_keys(stand: Stand) -> None:
    register(stand, USED_AS_IT_IS[0][0])
    register(stand, '{"type":"record","name":"Order","namespace":"shop","fields":[]}')
    keys = {"record.key.json.pointer": "/id", "key.converter": "io.confluent.connect.avro.AvroConverter"}
    by_id = {"value.converter.auto.register.schemas": "false", "value.converter.use.schema.id": "1"}
    register(stand, '["null","long"]', "orders-key")
    with conversion(stand, by_id | keys) as convert:
        (message,) = made(convert, FIRST)
    assert schema_id(bytes(message.value or b"")) == 1
    assert schema_id(message.key or b"") == 3


def test_a_chosen_id_leaves_out_what_it_lacks_when_it_need_not_be_compatible(stand: Stand) -> None:
    register(stand, USED_AS_IT_IS[0][0])
    loose = {"value.converter.id.compatibility.strict": "false"}
    with conversion(stand, {"value.converter.auto.register.schemas": "false", "value.converter.use.schema.id": "1"} | loose) as convert:
        (value,) = payloads(made(convert, GROWN))
    assert avro(value[5:], USED_AS_IT_IS[0][0]) == FIRST


@pytest.mark.parametrize("format_", FORMATS)
def test_b113_null_and_empty_places_wait_for_their_type(stand: Stand, format_: str) -> None:
    with conversion(stand, of(format_)) as convert:
        made(convert, {"id": 1, "a": None, "b": [], "c": {}})
        made(convert, {"id": 1, "a": "x", "b": [1], "c": {"d": True}})
    with conversion(stand, of(format_)) as convert:
        made(convert, {"id": 1, "a": None, "b": [], "c": None})
    assert len(versions(stand)) == 2


def test_b117_nested_records_have_names_of_their_own_that_stay_when_one_comes_before(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, {"z": {"a": 1}, "y": {"b": {"c": "x"}}})
    with conversion(stand) as convert:
        made(convert, {"a": {"q": 1}, "y": {"b": {"c": "x"}}, "z": {"a": 1}})
    first, second = versions(stand)
    assert [first.count(f'"ConnectDefault{number}"') for number in (2, 3, 4)] == [1, 1, 1]
    assert second.startswith(first[:first.rindex("]")])


def test_b119_names_that_are_data_are_told_and_end(stand: Stand) -> None:
    with conversion(stand) as convert:
        page = convert("orders", served({f"k{number}": 1 for number in range(400)}))
    assert "grows beyond 300 fields" in page.warnings[0]
    assert "map" in page.warnings[0]
