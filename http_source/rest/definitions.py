"""Properties as Connect describes them to forms and command lines, from the tables that they are declared in."""

from collections.abc import Mapping
from inspect import getdoc
from typing import Any

from http_source.config.options.output import CONVERTERS, JSON_CONVERTER
from http_source.config.options.topics import PARTITIONS, REPLICATION_FACTOR
from http_source.config.properties import GROUPS, PROPERTIES, Property, properties_of
from http_source.config.property import LOW, MEDIUM
from http_source.config.types import BOOLEAN, LIST, STRING, OneOf
from http_source.connect.transforms.settings import declared

Key = Mapping[str, Any]
"""What Connect calls a ConfigKeyInfo."""

_CLASSES = frozenset({"value.converter", "key.converter", "header.converter"})
_VALUE = "value.converter."
_OF_JSON = ("schemas.enable", "decimal.format", "replace.null.with.default")
_WIDTHS = {"BOOLEAN": "SHORT", "INT": "SHORT", "LONG": "SHORT", "DOUBLE": "SHORT", "LIST": "LONG"}
BEYOND = "Unknown"
"""The group of names that are not properties of the connector."""


def key(known: Property, group: str | None, order: int, name: str = "") -> Key:
    """One property; `name` is its full one where it is declared by the end of it."""
    full = name or known.name
    kind = "CLASS" if full in _CLASSES or (group and full.endswith(".type")) else known.type.name.upper()
    return {
        "name": full,
        "type": kind,
        "required": known.required,
        "default_value": known.default_text,
        "importance": known.importance.upper(),
        "documentation": known.description,
        "group": group,
        "order_in_group": order,
        "width": _WIDTHS.get(kind, "MEDIUM"),
        "display_name": full,
        "dependents": [],
    }


def title_of(group: type) -> str:
    """What a group of properties is called."""
    return (getdoc(group) or "").partition(":")[0]


def connector_keys() -> dict[str, Key]:
    """All properties of the connector, in the order a record travels."""
    return {
        known.name: key(known, title_of(group), order)
        for group in GROUPS.values() for order, known in enumerate(properties_of(group).values(), start=1)
    }


def class_keys(kind: type) -> list[Key]:
    """The properties of a transform or predicate by itself."""
    return [key(known, None, order) for order, known in enumerate(declared(kind).values(), start=1)]


def converter_keys(name: str) -> list[Key]:
    """The properties of a converter by itself; which format one is for, its documentation says."""
    if name == JSON_CONVERTER:
        names = list(_OF_JSON)
    elif name in CONVERTERS.values():
        ends = (known.removeprefix(_VALUE) for known in PROPERTIES if known.startswith(_VALUE))
        names = [end for end in ends if end not in _OF_JSON]
    else:
        names = []
    return [key(PROPERTIES[_VALUE + each], None, order, each) for order, each in enumerate(names, start=1)]


def plugin_keys(alias: str, kind: type, listed: str) -> dict[str, Key]:
    """The properties of a transform or predicate under its alias, beside the one that names its class; `listed` is where the alias is."""
    prefix, group = f"{listed}.{alias}.", f"{listed.capitalize()}: {alias}"
    further = [*declared(kind).values(), *(_OF_TRANSFORMS if listed == "transforms" else ())]
    return {prefix + each.name: key(each, group, order, prefix + each.name) for order, each in enumerate(further, start=2)}


def type_key(alias: str, listed: str) -> Key:
    """The property that names the class of an alias."""
    return key(_TYPE, f"{listed.capitalize()}: {alias}", 1, f"{listed}.{alias}.type")


def topic_group_keys(group: str) -> dict[str, Key]:
    """The properties of a group of topics."""
    prefix, title = f"topic.creation.{group}.", f"Topic creation: {group}"
    return {prefix + each.name: key(each, title, order, prefix + each.name) for order, each in enumerate(_OF_GROUPS, start=1)}


def unknown_key(name: str, documentation: str) -> Key:
    """A name that is not a property of the connector."""
    return key(Property(name, STRING, None, LOW, documentation), BEYOND, 1)


def recommended(known: Property | None) -> list[str]:
    """The values that a form offers."""
    return list(known.type.words) if known and isinstance(known.type, OneOf) else []


_TYPE = Property("type", STRING, None, MEDIUM, "The class: docs/transforms.md has all of them.")
_OF_TRANSFORMS = (
    Property("predicate", STRING, None, MEDIUM, "The alias of the predicate of the records that the transform is for; default: all."),
    Property("negate", BOOLEAN, default=False, importance=LOW, doc="Turns the predicate around."),
)
_OF_GROUPS = (
    Property("include", LIST, (), MEDIUM, "Regular expressions of the topics that are of the group."),
    Property("exclude", LIST, (), MEDIUM, "Regular expressions of the topics that are not, although an include has them."),
    Property("partitions", PARTITIONS, None, MEDIUM, "Partitions of a topic that is created."),
    Property("replication.factor", REPLICATION_FACTOR, None, MEDIUM, "Copies of each partition of a topic that is created."),
)
