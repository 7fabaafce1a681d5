"""Confluent Cloud's transforms for this connector beside Apache Kafka's, by class name, and those left out, with the reason."""

from collections.abc import Mapping

from http_source.connect.transforms.bytes_to_string import BytesToString
from http_source.connect.transforms.decimal_precision import AdjustPrecisionAndScale, SetMaximumPrecision
from http_source.connect.transforms.drop import Drop
from http_source.connect.transforms.extract_nested_field import ExtractNestedField
from http_source.connect.transforms.extract_topic import ExtractTopic
from http_source.connect.transforms.extract_xpath import ExtractXPath
from http_source.connect.transforms.filter_by_path import FilterByPath
from http_source.connect.transforms.flatten import Flatten
from http_source.connect.transforms.gzip_decompress import GzipDecompress
from http_source.connect.transforms.header_to_value import HeaderToValue
from http_source.connect.transforms.key_to_value import KeyToValue
from http_source.connect.transforms.message_timestamp_router import MessageTimestampRouter
from http_source.connect.transforms.record_timestamps import ExtractTimestamp, TimestampNow, TimestampNowField
from http_source.connect.transforms.replace_field import ReplaceField
from http_source.connect.transforms.tombstone_handler import TombstoneHandler
from http_source.connect.transforms.topic_regex_router import TopicRegexRouter
from http_source.connect.transforms.topics import ChangeTopicCase

_CONFLUENT = "io.confluent.connect.transforms."
_COMMON = "com.github.jcustenborder.kafka.connect.transform.common."


def _key_and_value(prefix: str, *kinds: type, **named: type) -> dict[str, type]:
    """The `$Key` and the `$Value` class of each."""
    names = {kind.__name__: kind for kind in kinds} | named
    return {f"{prefix}{name}${part}": kind for name, kind in names.items() for part in ("Key", "Value")}


CLASSES: Mapping[str, type] = {
    **_key_and_value(_CONFLUENT, Drop, ExtractTopic, Flatten, GzipDecompress, ReplaceField, Filter=FilterByPath),
    **_key_and_value(_COMMON, AdjustPrecisionAndScale, BytesToString, ExtractNestedField, ExtractXPath),
    **_key_and_value(_COMMON, SetMaximumPrecision, TimestampNowField),
    f"{_CONFLUENT}ExtractTopic$Header": ExtractTopic,
    f"{_CONFLUENT}MessageTimestampRouter": MessageTimestampRouter,
    f"{_CONFLUENT}TombstoneHandler": TombstoneHandler,
    f"{_COMMON}ChangeTopicCase": ChangeTopicCase,
    f"{_COMMON}ExtractTimestamp$Value": ExtractTimestamp,
    f"{_COMMON}TimestampNow": TimestampNow,
    "com.clickhouse.kafka.connect.transforms.KeyToValue": KeyToValue,
    "io.confluent.connect.cloud.transforms.TopicRegexRouter": TopicRegexRouter,
    "io.debezium.transforms.HeaderToValue": HeaderToValue,
}
"""What ends in `$Key`, `$Value` or `$Header` is made with that `part`, where the class has one."""

PACKAGES: Mapping[type, str] = {ExtractXPath: "lxml", TopicRegexRouter: "google-re2"}
"""What classes need of the extra `transforms`."""

_ENVELOPE = "It processes the change events of Debezium's database connectors and leaves all other records as they are."

REFUSED: Mapping[str, str] = {
    "io.debezium.transforms.ByLogicalTableRouter": f"{_ENVELOPE} Use TopicRegexRouter to rename topics.",
    "io.debezium.transforms.ExtractNewRecordState": f"{_ENVELOPE} Use ExtractField$Value to take one field of the value.",
    "io.debezium.transforms.UnwrapFromEnvelope": f"{_ENVELOPE} Use ExtractField$Value to take one field of the value.",
    "io.debezium.transforms.outbox.EventRouter": f"{_ENVELOPE} Use ExtractTopic$Value to name the topic by a field.",
    "io.debezium.transforms.TimezoneConverter": f"{_ENVELOPE} Use TimestampConverter$Value to rewrite a time.",
    "io.confluent.cctransforms.ExtractKey$Value":
        "Confluent has not said what it does. Use record.key.json.pointer, or ValueToKey and then ExtractField$Key.",
    **dict.fromkeys(
        ("io.confluent.connect.cloud.transforms.xml.FromXml$Key", "io.confluent.connect.cloud.transforms.xml.FromXml$Value"),
        "It turns XML into structs by an XSD for the HTTP Source V2 connector; this connector reads JSON. Have the API answer in JSON.",
    ),
}
"""Why each of these cannot be used, and what can."""
