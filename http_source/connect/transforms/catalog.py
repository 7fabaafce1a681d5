"""Every transform and predicate by the class name a configuration gives it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from http_source.config.findings import did_you_mean, shown
from http_source.connect.transforms.cast import Cast
from http_source.connect.transforms.confluent import CLASSES, REFUSED
from http_source.connect.transforms.extract_field import ExtractField, HoistField, ValueToKey
from http_source.connect.transforms.filter import Filter
from http_source.connect.transforms.flatten import Flatten
from http_source.connect.transforms.header_from import HeaderFrom
from http_source.connect.transforms.headers import DropHeaders, InsertHeader
from http_source.connect.transforms.insert_field import InsertField
from http_source.connect.transforms.mask_field import MaskField
from http_source.connect.transforms.predicates import HasHeaderKey, RecordIsTombstone, TopicNameMatches
from http_source.connect.transforms.record_timestamps import Clock
from http_source.connect.transforms.replace_field import ReplaceField
from http_source.connect.transforms.routers import RegexRouter, TimestampRouter
from http_source.connect.transforms.schema_metadata import SetSchemaMetadata
from http_source.connect.transforms.timestamp_converter import TimestampConverter
from http_source.connect.transforms.transform import Part

_APACHE = "org.apache.kafka.connect.transforms."
_OF_A_PART = (
    Cast, ExtractField, Flatten, HeaderFrom, HoistField, InsertField, MaskField, ReplaceField, SetSchemaMetadata, TimestampConverter,
)
_OF_A_RECORD = (DropHeaders, Filter, InsertHeader, RegexRouter, TimestampRouter, ValueToKey)

TRANSFORMS: Mapping[str, type] = {
    **{f"{_APACHE}{kind.__name__}${part}": kind for kind in _OF_A_PART for part in (Part.KEY, Part.VALUE)},
    **{f"{_APACHE}{kind.__name__}": kind for kind in _OF_A_RECORD},
    **CLASSES,
}

PREDICATES: Mapping[str, type] = {
    f"{_APACHE}predicates.{kind.__name__}": kind for kind in (HasHeaderKey, RecordIsTombstone, TopicNameMatches)
}


def class_named(name: str, classes: Mapping[str, type]) -> type:
    """The class of that name. Raises ValueError for one that is unknown, abstract or known and not supported."""
    if name in classes:
        return classes[name]
    if name in REFUSED:
        raise ValueError(f"This class is not supported. {REFUSED[name]}")
    if variants := [each for each in classes if each.startswith(f"{name}$")]:
        raise ValueError(f"This class is abstract; write which part of a record it is for: {' or '.join(variants)}")
    raise ValueError(f"Class {shown(name)} could not be found.{_near(name, classes)}")


def beside_properties(name: str, kind: type, clock: Clock) -> dict[str, Any]:
    """What a class is made with beside its properties: the part its name says, and a clock, where it has a field for them."""
    names = {each.name for each in fields(kind)}
    return ({"part": Part(name.rpartition("$")[2])} if "part" in names else {}) | ({"clock": clock} if "clock" in names else {})


def _near(name: str, classes: Mapping[str, type]) -> str:
    """The question after an unknown name: the class with the same simple name, or with nearly the same name."""
    simple = name.rpartition(".")[2].lower()
    same = [each for each in classes if simple in (each.rpartition(".")[2].lower(), each.rpartition(".")[2].partition("$")[0].lower())]
    return f" Did you mean {' or '.join(same)}?" if same else did_you_mean(name, classes)
