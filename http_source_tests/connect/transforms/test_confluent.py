"""The tables of Confluent's transforms: each class that Confluent Cloud takes for this connector is there, or is refused with a reason."""

import pytest

from http_source.connect.transforms.confluent import CLASSES, REFUSED
from http_source.connect.transforms.settings import declared

BOTH = {
    "io.confluent.connect.transforms.": ("Drop", "ExtractTopic", "Filter", "Flatten", "GzipDecompress", "ReplaceField"),
    "com.github.jcustenborder.kafka.connect.transform.common.":
        ("AdjustPrecisionAndScale", "SetMaximumPrecision", "BytesToString", "ExtractNestedField", "ExtractXPath", "TimestampNowField"),
    "io.confluent.connect.cloud.transforms.xml.": ("FromXml",),
}
ONE = """
    io.confluent.connect.cloud.transforms.TopicRegexRouter          io.confluent.connect.transforms.ExtractTopic$Header
    io.confluent.connect.transforms.MessageTimestampRouter          io.confluent.connect.transforms.TombstoneHandler
    io.confluent.cctransforms.ExtractKey$Value                      com.clickhouse.kafka.connect.transforms.KeyToValue
    com.github.jcustenborder.kafka.connect.transform.common.ExtractTimestamp$Value
    com.github.jcustenborder.kafka.connect.transform.common.TimestampNow
    com.github.jcustenborder.kafka.connect.transform.common.ChangeTopicCase
    io.debezium.transforms.ByLogicalTableRouter                     io.debezium.transforms.ExtractNewRecordState
    io.debezium.transforms.outbox.EventRouter                       io.debezium.transforms.UnwrapFromEnvelope
    io.debezium.transforms.HeaderToValue                            io.debezium.transforms.TimezoneConverter
"""
NAMES = {f"{prefix}{name}${part}" for prefix, names in BOTH.items() for name in names for part in ("Key", "Value")}


def test_every_class_that_confluent_cloud_takes_is_known_and_no_other() -> None:
    assert set(CLASSES) | set(REFUSED) == NAMES | set(ONE.split())
    assert not set(CLASSES) & set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_class_that_is_left_out_says_why_and_what_to_use(name: str) -> None:
    reason = REFUSED[name]
    assert reason.endswith(".")
    assert "Use " in reason or "Have " in reason


@pytest.mark.parametrize("kind", sorted(set(CLASSES.values()), key=str), ids=str)
def test_a_transform_is_a_frozen_value_whose_properties_say_what_they_do(kind: type) -> None:
    assert all(each.doc.endswith(".") for each in declared(kind).values())
    assert "__slots__" in vars(kind)
    assert vars(kind)["__dataclass_params__"].frozen
