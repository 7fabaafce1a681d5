"""Configuration files: strict JSON, each mistake with its place and its cure."""

import json
from pathlib import Path

import pytest

from http_source.assembly.loading import load_config
from http_source.config.document import MAX_BYTES
from http_source.errors import ConfigurationError

SPECIFICATION = """{
  "connector.class": "HttpSource",
  "name": "HttpSourceConnector_0",
  "kafka.api.key": "****************",
  "kafka.api.secret": "*********************************",
  "topic.name.pattern": "${entityName}",
  "entity.names": "AppName, User",
  "url": "http://example.com/api/v1/${entityName}/${offset}",
  "http.initial.offset": "1000",
  "http.offset.mode": "SIMPLE_INCREMENTING",
  "output.data.format": "JSON",
  "tasks.max": "1",
}
"""
CLEAN = SPECIFICATION.replace('"1",', '"1"')


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "connector.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def complaint(file: Path) -> str:
    with pytest.raises(ConfigurationError) as error:
        load_config(file)
    assert [finding.property for finding in error.value.findings] == [str(file)]
    return error.value.findings[0].message


def test_the_specifications_example_loads_without_its_trailing_comma(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, CLEAN)).config
    assert config.connector.name == "HttpSourceConnector_0"
    assert config.request.entity_names == ("AppName", "User")
    assert config.kafka.api_key
    assert config.connector.tasks_max == 1


def test_the_specifications_example_as_printed_is_told_its_trailing_comma(tmp_path: Path) -> None:
    assert complaint(written(tmp_path, SPECIFICATION)) == "Line 12, column 19: a comma before the closing brace or bracket; remove it."


def test_typographic_quotes_are_told(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, '{\n  "name": \u201ca\u201d\n}'))
    assert message == "Line 2, column 11: a typographic quotation mark; write the straight one, U+0022."


def test_a_typographic_quote_that_should_end_a_text_is_told(tmp_path: Path) -> None:
    message = complaint(written(tmp_path, '{\n  "name\u201d: "a"\n}'))
    assert message.startswith("Line 2, column ")
    assert "the typographic quotation mark in column 8 does not end a text" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Line 1, column 1: the file is empty"),
        ("[]", "not an object"),
        ('"x"', "not an object"),
        ("{'name': 1}", "Line 1, column 2"),
        ('{"a": "x\ny"}', "line break or control character"),
        ('{"name": "bad"\n', "the text ends before it is whole"),
        ('{"name": "bad', "the text ends before it is whole"),
        ('{"a": "{"size": 100}"}', "a quotation mark inside a text is written"),
        ('{"a": 1} // comment', "Line 1, column 10"),
        ('{"a": NaN}', "NaN"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'{"a": "\xfc"}', "not UTF-8 (byte 8)"),
        (b" " * (MAX_BYTES + 1), "larger than 8 MB"),
    ],
    ids=lambda value: None if len(value) > 100 else repr(value),
)
def test_what_is_no_configuration_file_is_one_clear_finding(tmp_path: Path, text: str | bytes, words: str) -> None:
    assert words in complaint(written(tmp_path, text))


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    assert "no such file" in complaint(tmp_path)
    assert "no such file" in complaint(tmp_path / "missing.json")


def test_a_mistake_in_the_syntax_quotes_nothing_of_the_file(tmp_path: Path) -> None:
    """B158."""
    assert "hunter2" not in complaint(written(tmp_path, '{"connection.password": "hunter2" "x": hunter2'))


def test_a_byte_order_mark_and_the_wrapper_of_connects_rest_interface_are_accepted(tmp_path: Path) -> None:
    wrapped = {"name": "wrapped", "config": {**json.loads(CLEAN), "name": "HttpSourceConnector_0"}, "tasks": [], "type": "source"}
    config = load_config(written(tmp_path, "\ufeff" + json.dumps(wrapped))).config
    assert config.connector.name == "HttpSourceConnector_0"


def test_the_wrappers_name_is_the_connectors(tmp_path: Path) -> None:
    inner = {name: value for name, value in json.loads(CLEAN).items() if name != "name"}
    config = load_config(written(tmp_path, json.dumps({"name": "outside", "config": inner}))).config
    assert config.connector.name == "outside"


def test_a_property_set_twice_is_told_beside_the_other_mistakes(tmp_path: Path) -> None:
    """B156: duplicate keys are refused."""
    text = CLEAN.replace('"url"', '"tasks.max": 0, "tasks.max": 0, "url"')
    with pytest.raises(ConfigurationError) as error:
        load_config(written(tmp_path, text))
    assert [str(finding) for finding in error.value.findings] == ["tasks.max: This is set 3 times; set it once."]


def test_a_long_integer_keeps_its_digits(tmp_path: Path) -> None:
    digits = "9" * 5000
    text = CLEAN.replace('"1000"', digits).replace("SIMPLE_INCREMENTING", "CURSOR_PAGINATION")
    text = text.replace('"tasks.max"', '"http.next.page.json.pointer": "/next", "tasks.max"')
    assert load_config(written(tmp_path, text)).config.offsets.initial == digits
