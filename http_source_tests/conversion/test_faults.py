"""What a record or the registry can do wrong: nothing of the page is produced, and the message says what, where, and what to do."""

import re
import threading
from typing import Any

import pytest

from http_source.errors import RequestFailed
from http_source_tests.config.samples import mistakes
from http_source_tests.conversion.readers import guid
from http_source_tests.conversion.rig import FORMATS, STRATEGY, VALUE, build, conversion, made, payloads, register, served, versions
from http_source_tests.registry import Fault, Stand, incompatible, registry, says, shows_a_page, waits_for
from http_source_tests.servers import Asked, Reply

FIRST = {"id": 1, "name": "x"}
SECRET = "hidden-word"


def refusal(stand: Stand, *records: Any, **properties: object) -> RequestFailed:
    """What the page of the records ends in."""
    with conversion(stand, {name.replace("_", "."): value for name, value in properties.items()}) as convert:
        return refused(convert, *records)


def refused(convert: Any, *records: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        convert("orders", served(*records))
    return caught.value


@pytest.mark.parametrize("format_", FORMATS)
def test_b104_a_registry_that_is_down_when_the_first_page_comes_is_asked_again(stand: Stand, format_: str) -> None:
    with conversion(stand, {"output.data.format": format_}) as convert:
        stand.fault = lambda _asked: Reply(b"", 503)
        assert refused(convert, FIRST).retriable
        stand.fault = lambda _asked: None
        assert len(made(convert, FIRST)) == 1


def test_b104_no_registry_is_named_with_the_property_that_names_one() -> None:
    with registry() as stand:
        stand.url = ""
        with pytest.raises(RequestFailed, match=r"needs a Schema Registry, and none is named\. Set SCHEMA_REGISTRY_URL"):
            build(stand, {})


def test_b104_credentials_in_its_address_are_in_no_message() -> None:
    with registry() as stand:
        stand.url = f"http://user:{SECRET}@127.0.0.1:1"
        failure = refusal(stand, FIRST)
    assert failure.retriable
    assert SECRET not in str(failure)
    assert "127.0.0.1:1" in str(failure)


def test_b104_known_shapes_go_on_while_the_registry_is_down_and_others_wait(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, FIRST)
        stand.fault = lambda _asked: Reply(b"", 503)
        assert refused(convert, FIRST | {"new": 1}).retriable
        assert len(made(convert, FIRST)) == 1
        stand.fault = lambda _asked: None
        assert len(made(convert, FIRST | {"new": 1})) == 1
    assert len(versions(stand)) == 2


def test_b104_an_entity_of_known_shape_does_not_wait_for_one_whose_registration_hangs(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, FIRST)
        gone, asked = threading.Event(), threading.Event()

        def hang(request: Asked) -> None:
            asked.set()
            waits_for(gone)(request)

        stand.fault = hang
        other = threading.Thread(target=lambda: made(convert, FIRST | {"new": 1}))
        other.start()
        asked.wait()
        assert len(made(convert, FIRST)) == 1
        assert other.is_alive()
        gone.set()
        other.join()


FAILURES: dict[str, tuple[Fault, bool, str]] = {
    "401": (says(401, 401, "no"), False, "SCHEMA_REGISTRY_USER"),
    "403": (says(403, 40301, "User denied"), False, f"subject {VALUE} .*access to read and write"),
    "422": (says(422, 42201, "Invalid schema"), False, f"{VALUE} not valid: Invalid schema. Rename or leave out the field"),
    "429": (lambda _asked: Reply(b"", 429), True, "cannot answer at the moment .status 429"),
    "500": (lambda _asked: Reply(b"", 500), True, "cannot answer at the moment .status 500"),
    "HTML": (shows_a_page(), True, "is not a Schema Registry"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_b105_b107_b108_a_failing_registry_stops_the_page_with_what_to_do(stand: Stand, failure: str) -> None:
    stand.fault, retriable, words = FAILURES[failure]
    told = refusal(stand, FIRST)
    assert told.retriable is retriable
    assert re.search(words, str(told))
    assert "secret-word" not in str(told)


def test_b108_a_registry_that_does_not_answer_is_given_up_in_time(stand: Stand) -> None:
    gone = threading.Event()
    stand.fault = waits_for(gone)
    try:
        with pytest.raises(RequestFailed, match=r"did not answer within 0\.2 s") as caught, conversion(stand, timeout=0.2) as convert:
            made(convert, FIRST)
        assert caught.value.retriable
    finally:
        gone.set()


def test_b106_an_incompatible_schema_names_subject_and_place_and_a_way_out(stand: Stand) -> None:
    with conversion(stand, {"output.data.format": "PROTOBUF"}) as convert:
        made(convert, {"id": 1})
        stand.fault = incompatible("FIELD_KIND_CHANGED: id from int64 to double")
        failure = refused(convert, {"id": 1.5})
        assert not failure.retriable
        assert re.search(rf"{VALUE}.*id from int64 to double.*compatibility\s+level.*another topic", str(failure))
        assert len(made(convert, {"id": 2})) == 1, "what was refused is forgotten"
    assert len(versions(stand)) == 1


def test_b106_a_person_who_lowers_the_level_lets_the_page_through(stand: Stand) -> None:
    with conversion(stand, {"output.data.format": "PROTOBUF"}) as convert:
        made(convert, {"id": 1})
        stand.fault = incompatible("FIELD_KIND_CHANGED: id from int64 to double")
        refused(convert, {"id": 1.5})
        stand.fault = lambda _asked: None
        assert len(made(convert, {"id": 1.5})) == 1


def test_b110_integers_widen_to_doubles_and_a_string_after_them_is_refused_with_both_types(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, {"a": {"n": 1}})
        made(convert, {"a": {"n": 1.5}})
        assert str(refused(convert, {"a": {"n": 2}}, {"a": {"n": "x"}})).startswith(
            "Record 1 of the page at /a/n: a string came where the type is FLOAT64 so far."
        )
    assert len(versions(stand)) == 2


@pytest.mark.parametrize("format_", FORMATS)
def test_b111_types_that_differ_inside_a_page_stop_it_before_the_first_record(stand: Stand, format_: str) -> None:
    failure = refusal(stand, *[FIRST] * 9, FIRST | {"id": "nine"}, output_data_format=format_)
    assert str(failure).startswith("Record 9 of the page at /id: a string came where the type is INT64 so far.")
    assert versions(stand) == []


def test_b112_mixed_types_in_an_array_are_refused_with_its_place(stand: Stand) -> None:
    assert "Record 0 of the page at /tags/*: an array came where the type is INT64" in str(refusal(stand, {"tags": [1, ["x"]]}))
    failure = refusal(stand, {"tags": [1]}, {"tags": [2, "x"]})
    assert "Record 1 of the page at /tags/*: a string came where the type is INT64" in str(failure)


@pytest.mark.parametrize("name", ["@time", "a-b", "1st", "a.b", ""])
def test_b114_a_name_that_avro_forbids_is_refused_with_record_and_path_unless_it_is_scrubbed(stand: Stand, name: str) -> None:
    failure = refusal(stand, FIRST, {"in": {name: 1}})
    assert f"Record 1 of the page fails in VALUE_CONVERTER at /in/{name}: the name {name!r} is not legal in Avro" in str(failure)
    assert versions(stand) == []
    with conversion(stand, {"value.converter.scrub.invalid.names": "true"}) as convert:
        if name:
            assert len(made(convert, {name: 1})) == 1


def test_b114_a_later_page_without_the_illegal_name_goes_on(stand: Stand) -> None:
    with conversion(stand) as convert:
        refused(convert, {"@time": 1})
        assert len(made(convert, {"time": 1})) == 1


@pytest.mark.parametrize("format_", ["AVRO", "PROTOBUF"])
def test_b115_names_that_clash_after_scrubbing_are_refused_both_named(stand: Stand, format_: str) -> None:
    failure = refusal(stand, {"a-b": 1, "a_b": 2}, output_data_format=format_, value_converter_scrub_invalid_names="true")
    assert re.search("a-b.*a_b|a_b.*a-b", str(failure))
    assert versions(stand) == []


def test_b116_a_name_that_protobuf_forbids_is_refused_with_its_place(stand: Stand) -> None:
    failure = refusal(stand, {"in": {"@x": 1}}, output_data_format="PROTOBUF")
    assert re.search("Record 0 .*/in/@x", str(failure))


def test_b116_words_of_protobuf_are_names_like_others(stand: Stand) -> None:
    with conversion(stand, {"output.data.format": "PROTOBUF"}) as convert:
        assert len(made(convert, {"message": 1, "option": "x", "class": True, "int64": 2})) == 1


def test_b119_a_struct_may_not_grow_for_ever(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, {f"k{number}": 1 for number in range(999)})
        assert "more than 1000 different fields" in str(refused(convert, {"x": 1, "y": 2}))


def test_b120_a_strategy_of_another_format_is_refused_at_start() -> None:
    properties: dict[str, object] = {"output.data.format": "AVRO",
                                     "value.converter.reference.subject.name.strategy": "QualifiedReferenceSubjectNameStrategy"}
    assert mistakes(properties) == ["value.converter.reference.subject.name.strategy"]


def test_b120_a_record_without_a_name_for_its_subject_is_refused_with_the_transform_to_use(stand: Stand) -> None:
    drop = "org.apache.kafka.connect.transforms.DropHeaders"
    unnamed = {"transforms": "none", "transforms.none.type": drop, "transforms.none.headers": "h"}
    failure = refusal(stand, FIRST, **{"output.data.format": "JSON_SR", STRATEGY: "RecordNameStrategy", **unnamed})
    assert "Record 0 of the page fails in VALUE_CONVERTER" in str(failure)
    assert "SetSchemaMetadata" in str(failure)


def test_b121_a_header_of_the_schemas_name_is_replaced(stand: Stand) -> None:
    inserted = {"transforms": "h", "transforms.h.type": "org.apache.kafka.connect.transforms.InsertHeader",
                "transforms.h.header": "__value_schema_id", "transforms.h.value.literal": "mine"}
    header = "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer"
    with conversion(stand, {"value.converter.value.schema.id.serializer": header, **inserted}) as convert:
        (message,) = made(convert, FIRST)
    (own,) = message.headers
    assert guid(own) == str(stand.server.store.subjects[VALUE][0].guid)


def test_b121_a_registry_without_guids_is_told_before_anything_is_produced() -> None:
    header = "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer"
    with registry(guids=False) as stand:
        failure = refusal(stand, FIRST, **{"value.converter.value.schema.id.serializer": header})
    assert "gives no GUID" in str(failure)
    assert "PrefixSchemaIdSerializer" in str(failure)


CHOSEN = {"value.converter.auto.register.schemas": "false", "value.converter.use.latest.version": "true"}
ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'


@pytest.mark.parametrize("chosen", [CHOSEN, {"value.converter.auto.register.schemas": "false", "value.converter.use.schema.id": "1"}])
def test_a_chosen_schema_that_does_not_hold_the_records_is_told(stand: Stand, chosen: dict[str, object]) -> None:
    register(stand, ORDER)
    with conversion(stand, chosen) as convert:
        failure = refused(convert, {"id": 1}, {"id": 1, "name": "x"})
    assert "Record 1 of the page fails in VALUE_CONVERTER: it does not fit the schema that value.converter.use." in str(failure)


def test_a_schema_that_must_be_there_and_is_not_is_told(stand: Stand) -> None:
    failure = refusal(stand, FIRST, **{"value.converter.auto.register.schemas": "false"})
    assert "Register it there, or set that property to true" in str(failure)
    assert versions(stand) == []


@pytest.mark.parametrize("strict", ["true", "false"])
@pytest.mark.parametrize("tolerance", ["none", "all"])
def test_the_newest_version_of_a_subject_that_has_none_is_told_and_no_record_is_left_out(stand: Stand, strict: str, tolerance: str) -> None:
    more = {"value.converter.latest.compatibility.strict": strict, "errors.tolerance": tolerance}
    failure = str(refusal(stand, FIRST, **CHOSEN, **more))
    assert "Subject orders-value has no schema, and value.converter.use.latest.version writes records with its newest" in failure
    assert "Register one" in failure


def test_an_id_that_nobody_has_is_told(stand: Stand) -> None:
    properties: dict[str, object] = {"value.converter.auto.register.schemas": "false", "value.converter.use.schema.id": "77"}
    assert "no schema with the id 77" in str(refusal(stand, FIRST, **properties))


def test_a_schema_that_a_person_mends_is_noticed_by_the_next_page(stand: Stand) -> None:
    with conversion(stand) as convert:
        made(convert, {"prices": {"a": 1}})
        stand.server.store.subjects.clear()
        register(stand, '{"type":"record","name":"O","fields":[{"name":"prices","type":{"type":"map","values":"double"}}]}')
        refused(convert, {"prices": {"a": "x"}})
        assert len(payloads(made(convert, {"prices": {"b-c": 1.5}}))) == 1
    assert len(versions(stand)) == 1
