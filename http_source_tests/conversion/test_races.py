"""Two processes let one subject grow at the same moment, and the registry takes either version."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from http_source.assembly.conversions import FORMATS
from http_source.config.options.output import OutputFormat
from http_source.connect.converters.format import WrittenSchema
from http_source.connect.subjects import Registered
from http_source.model import Page, Position
from http_source_tests.conversion.kept import Kept
from http_source_tests.conversion.law import configured, process


class Meanwhile(Kept):
    """What another process does comes between a look at the subject and the next registration."""

    def __init__(self) -> None:
        super().__init__()
        self.another: Callable[[], object] | None = None

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        another, self.another = self.another, None
        if another is not None:
            another()
        return super().register(subject, written)


def page(*records: Any) -> Page:
    return Page([msgspec.Raw(msgspec.json.encode(each)) for each in records], Position(0), progressed=True)


@pytest.mark.parametrize("format_", ["AVRO", "JSON_SR", "PROTOBUF"])
def test_the_newest_version_has_what_either_brought(format_: str) -> None:
    kept, config = Meanwhile(), configured(format_, ())
    one, other = process(config, kept), process(config, kept)
    one("orders", page({"id": 1}))
    kept.another = lambda: other("orders", page({"id": 2, "theirs": {"a": 1}}))
    one("orders", page({"id": 3, "ours": {"b": "x"}}))
    read = FORMATS[OutputFormat(format_)](config.converter).read_schema
    newest = read(kept.last()["orders-value"])
    assert [(each.name, [inner.name for inner in each.schema.fields]) for each in newest.fields] == [
        ("id", []), ("ours", ["b"]), ("theirs", ["a"]),
    ]
    assert [len(read(each.text).fields) for each in kept.versions["orders-value"]] == [1, 2, 2, 3]
    versions = len(kept.versions["orders-value"])
    for each in (one, other):
        each("orders", page({"id": 4, "ours": {"b": "y"}, "theirs": {"a": 2}}))
    assert len(kept.versions["orders-value"]) == versions
