"""Confluent's transforms that choose a topic: ExtractTopic, TopicRegexRouter, MessageTimestampRouter, ChangeTopicCase."""

import pytest

from http_source.connect.record import Header, Record
from http_source.connect.schema import INT64, OPTIONAL_STRING, struct
from http_source_tests.connect.transforms.confluent_cases import Case, Given, check, made, mistakes

SCHEMA = struct({"f": OPTIONAL_STRING, "n": INT64})
PATH = {"field": "$.a['b']", "field.format": "JSON_PATH"}
SKIP = {"skip.missing.or.null": "true"}
TIMES = {
    "topic.format": "foo-${topic}-${timestamp}", "message.timestamp.format": "yyyy-MM-dd", "topic.timestamp.format": "yyyy.MM.dd",
    "message.timestamp.keys": "timestamp,time,ts",
}


def keyed(key: object) -> Record:
    return Record(topic="t", key=key, value=1)


def valued(value: object, topic: str = "t") -> Record:
    return Record(topic=topic, value=value)


def typed(value: object, topic: str = "t") -> Record:
    return Record(topic=topic, value=value, value_schema=SCHEMA)


def with_headers(*headers: tuple[str, object], topic: str = "t") -> Record:
    return Record(topic=topic, headers=tuple(Header(key=key, value=value) for key, value in headers))


CASES: list[Case] = [
    ("ExtractTopic$Key", {}, keyed("x"), Record(topic="x", key="x", value=1)),
    ("ExtractTopic$Key", {}, keyed(7), "must be a string, but this is a number"),
    ("ExtractTopic$Key", {}, keyed(None), "missing, null or empty"),
    ("ExtractTopic$Key", SKIP, keyed(None), keyed(None)),
    ("ExtractTopic$Value", {"field": "f"}, valued({"f": "x"}), valued({"f": "x"}, topic="x")),
    ("ExtractTopic$Value", {"field": "f"}, typed({"f": "x", "n": 1}), typed({"f": "x", "n": 1}, topic="x")),
    ("ExtractTopic$Value", {"field": "n"}, typed({"f": "x", "n": 1}), "must be a string, but this is a number"),
    ("ExtractTopic$Value", {"field": "f"}, typed({"f": None, "n": 1}), "missing, null or empty"),
    ("ExtractTopic$Value", {"field": "f", **SKIP}, typed({"f": None, "n": 1}), typed({"f": None, "n": 1})),
    ("ExtractTopic$Value", {"field": "f", **SKIP}, valued({}), valued({})),
    ("ExtractTopic$Value", {"field": "f", **SKIP}, valued(None), valued(None)),
    ("ExtractTopic$Value", {"field": "f", **SKIP}, valued({"f": ""}), valued({"f": ""})),
    ("ExtractTopic$Value", {"field": "f"}, valued("x"), "a field of an object, but this is a string"),
    ("ExtractTopic$Value", {"field": "a.b"}, valued({"a": {"b": "no"}, "a.b": "x"}), valued({"a": {"b": "no"}, "a.b": "x"}, topic="x")),
    ("ExtractTopic$Value", PATH, valued({"a": {"b": "x"}}), valued({"a": {"b": "x"}}, topic="x")),
    ("ExtractTopic$Value", PATH, valued({"a": {"b": ["x"]}}), "must be a string, but this is an array"),
    ("ExtractTopic$Value", PATH, valued({"a": None}), "missing, null or empty"),
    ("ExtractTopic$Value", PATH | SKIP, valued({"a": None}), valued({"a": None})),
    ("ExtractTopic$Header", {"field": "h"}, with_headers(("h", "x"), ("h", "y")), with_headers(("h", "x"), ("h", "y"), topic="y")),
    ("ExtractTopic$Header", {"field": "h"}, with_headers(("g", "x")), "missing, null or empty"),
    ("ExtractTopic$Header", {"field": "h", **SKIP}, with_headers(("g", "x")), with_headers(("g", "x"))),
    ("ExtractTopic$Header", {"field": "h"}, with_headers(("h", 1)), "must be a string, but this is a number"),
    ("MessageTimestampRouter", TIMES, valued({"time": "2019-08-06"}, "bar"), valued({"time": "2019-08-06"}, "foo-bar-2019.08.06")),
    ("MessageTimestampRouter", TIMES, valued({"ts": "2020-01-01", "time": "2019-08-06"}, "b"),
        valued({"ts": "2020-01-01", "time": "2019-08-06"}, "foo-b-2019.08.06")),
    ("MessageTimestampRouter", TIMES, valued({"timestamp": None, "ts": "2020-01-01"}, "b"),
        valued({"timestamp": None, "ts": "2020-01-01"}, "foo-b-2020.01.01")),
    ("MessageTimestampRouter", TIMES, valued({}), "None of the fields in message.timestamp.keys exists: timestamp, time, ts"),
    ("MessageTimestampRouter", TIMES, valued({"ts": 5}), "must be a string, but this is a number"),
    ("MessageTimestampRouter", TIMES, valued({"ts": "yesterday"}), "yyyy-MM-dd"),
    ("MessageTimestampRouter", TIMES, valued(None), "but this is null"),
    ("MessageTimestampRouter", TIMES, typed({"f": "x", "n": 1}), "but this has a schema"),
]
ROUTES = """
    soe-(.*)            | $1        | soe-Order | Order
    .*                  | acme_$0   | Order     | acme_Order
    (?P<n>\\w+)-(\\d+)  | ${n}_$2   | abc-12    | abc_12
    (a)(b)?             | [$2]      | a         | []
    x                   | \\$1      | x         | $1
    a                   | b$        | a         | b$
    a|ab                | X         | ab        | Xb
    (x)                 | $12       | x         | x2
    (x)                 | a\\       | x         | a\\
    (x)                 | $a        | x         | $a
    x*                  | y         | xx        | y
    (.*)                | $10       | x         | x0
    (x)                 | \\\\$1    | x         | \\x
    (x)                 | $$1       | x         | $x
    b                   | c         | abc       | abc
    (?i)ABC             | d         | abc       | d
    [[:alpha:]]+        | l         | abc       | l
"""
RECASED = """
    UPPER_UNDERSCORE    LOWER_CAMEL         TOPIC_NAME      topicName
    UPPER_UNDERSCORE    LOWER_UNDERSCORE    TOPIC_NAME      topic_name
    LOWER_HYPHEN        UPPER_CAMEL         topic-name      TopicName
    LOWER_CAMEL         LOWER_HYPHEN        topicName       topic-name
    UPPER_CAMEL         UPPER_UNDERSCORE    TopicName       TOPIC_NAME
    UPPER_CAMEL         LOWER_UNDERSCORE    HTTPSource      h_t_t_p_source
    LOWER_UNDERSCORE    LOWER_HYPHEN        TOPIC_NAME      TOPIC-NAME
    LOWER_UNDERSCORE    UPPER_CAMEL         _x__y_          XY
    LOWER_CAMEL         UPPER_UNDERSCORE    ÜberTopic9      ÜBER_TOPIC9
    LOWER_CAMEL         LOWER_CAMEL         Any_Thing       Any_Thing
"""


@pytest.mark.parametrize("case", CASES)
def test_a_record_goes_to_the_topic_its_data_names(case: Case) -> None:
    check(case)

@pytest.mark.parametrize("row", ROUTES.strip().splitlines())
def test_topics_that_match_as_a_whole_are_renamed_as_re2j_does(row: str) -> None:
    regex, replacement, topic, expected = (each.strip() for each in row.split(" | "))
    assert made("TopicRegexRouter", {"regex": regex, "replacement": replacement})(Record(topic=topic)) == Record(topic=expected)


@pytest.mark.parametrize("row", RECASED.strip().splitlines())
def test_topics_change_case_as_guava_does(row: str) -> None:
    source, target, topic, expected = row.split()
    assert made("ChangeTopicCase", {"from": source, "to": target})(Record(topic=topic)) == Record(topic=expected)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("ExtractTopic$Header", {}, "field: The topic comes from a header; set this to the header's key."),
        ("ExtractTopic$Header", {"field": "h", "field.format": "JSON_PATH"}, "field.format: A header is taken by its key"),
        ("ExtractTopic$Value", {"field": "$..a", "field.format": "JSON_PATH"}, "field: The JSON Path may find several values"),
        ("ExtractTopic$Value", {"field.format": "JSON_PATH"}, "field: Expected a JSON Path"),
        ("TopicRegexRouter", {"regex": "(?=x)", "replacement": ""}, "no look-around"),
        ("TopicRegexRouter", {"regex": "(x", "replacement": ""}, "Expected a regular expression of RE2"),
        ("TopicRegexRouter", {"regex": "(x)", "replacement": "$2"}, "replacement: The regular expression has no group 2; it has 1."),
        ("TopicRegexRouter", {"regex": "(x)", "replacement": "${n}"}, "replacement: It names a group that the regular expression has not"),
        ("TopicRegexRouter", {"regex": "(x)"}, 'Missing required configuration "transforms.it.replacement"'),
        ("MessageTimestampRouter", TIMES | {"message.timestamp.format": ""}, "String must be non-empty"),
        ("ChangeTopicCase", {"from": "LOWER_CAMEL", "to": "TITLE"}, "LOWER_CAMEL, UPPER_CAMEL, UPPER_UNDERSCORE"),
    ],
)
def test_properties_that_cannot_be_are_refused_before_the_first_record(name: str, given: Given, expected: str) -> None:
    assert expected in mistakes(name, given)
