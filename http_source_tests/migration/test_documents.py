"""The forms in which a configuration of Kafka Connect may be written down."""

import pytest

from http_source.errors import ConfigurationError
from http_source.migration.documents import read_properties

STRIMZI = """
# A comment
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaConnector
metadata:
  name: orders
spec:
  class: io.confluent.connect.http.HttpSourceConnector
  tasksMax: 2
  config:
    url: "http://h/x?a=${offset}"
    http.initial.offset: 012
    flag: no
    when: 2026-01-01
    nothing: ~
"""
CFK = """
kind: Connector
metadata: {name: orders}
spec:
  class: io.confluent.connect.http.HttpSourceConnector
  taskMax: 2
  configs: {url: http://h}
"""


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a", "url": "http://h", "tasks.max": 1, "flag": true, "none": null}',
        '{"name": "a", "config": {"url": "http://h", "tasks.max": "1", "flag": "true"}}',
        "# comment\nname=a\nurl = http://h\ntasks.max: 1\nflag=tr\\\n  ue\n",
        "name: a\nurl: http://h\ntasks.max: 1\nflag: true\n",
        "name: a\nconfig:\n  url: http://h\n  tasks.max: 1\n  flag: true\n",
    ],
)
def test_a_configuration_is_read_in_every_form(text: str) -> None:
    assert read_properties(text.encode(), "f") == {"name": "a", "url": "http://h", "tasks.max": "1", "flag": "true"}


def test_b231_a_resource_of_kubernetes_is_read_letter_for_letter() -> None:
    assert read_properties(STRIMZI.encode(), "f") == {
        "name": "orders", "connector.class": "io.confluent.connect.http.HttpSourceConnector", "tasks.max": "2",
        "url": "http://h/x?a=${offset}", "http.initial.offset": "012", "flag": "no", "when": "2026-01-01", "nothing": "~",
    }


def test_confluent_s_resource_of_kubernetes_is_read() -> None:
    found = read_properties(CFK.encode(), "f")
    assert (found["name"], found["tasks.max"], found["url"]) == ("orders", "2", "http://h")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"), (b"\xff\xfe", "not UTF-8"), (b"{", "Line 1, column 2"), (b"a: [1", "is not valid YAML"),
        (b"---\nname: a\n---\nname: b\n", "Line 3, column 1 begins another document, where one is expected"),
        (b"just words", "neither a JSON object"), (b'{"a": {"b": 1}}', "flat"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        read_properties(data, "f")
