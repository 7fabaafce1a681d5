"""What a registered JSON Schema asserts beyond types: enum, pattern, lengths, bounds and their like. `format` asserts nothing.

Most texts assert nothing that writing by Connect's schema does not already ensure, and neither do those that the connector writes itself:
their values are not checked again. Source: JSON Schema, validation, drafts 4 to 2020-12.
"""

from collections.abc import Callable, Iterator
from typing import Any

from jsonschema_rs import ReferencingError, ValidationError, validator_cls_for

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json_schema_document import BASE, Document
from http_source.connect.converters.json_schema_marks import MAP, TYPE
from http_source.connect.converters.json_schema_place import NULL
from http_source.connect.record_refused import pointer
from http_source.connect.schema import Schema
from http_source.foreign.text import Foreign, readable

Check = Callable[[Any], None]
"""Looks at a value as it will be written. Raises ConversionRefused."""

_ASSERTING = frozenset({
    "enum", "const", "not", "if", "allOf", "$dynamicRef", "$recursiveRef",
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minItems", "maxItems", "uniqueItems", "contains", "prefixItems", "additionalItems", "unevaluatedItems",
    "required", "dependentRequired", "dependentSchemas", "dependencies", "minProperties", "maxProperties",
    "propertyNames", "patternProperties", "unevaluatedProperties",
})  # fmt: skip
_NAMED = ("properties", "$defs", "definitions")
_NESTED = ("items", "additionalProperties")
_CHOSEN = ("oneOf", "anyOf")


def check_of(registered: Document, schema: Schema) -> Check | None:
    """What checks values, of which this is the Connect schema; None where nothing is to be checked. Raises ConversionRefused."""
    if not any(_asserts(each.contents) for each in registered.resources.values()):
        return None
    validate = _validator(registered)

    def check(value: Any) -> None:
        try:
            validate(value)
        except ValidationError as error:
            raise _refusal(error, schema) from None
        except UnicodeEncodeError:
            raise ConversionRefused("a text has half of a surrogate pair, which the registered JSON Schema cannot judge.") from None

    return check


def _asserts(node: Any) -> bool:
    if not isinstance(node, dict):
        return node is False
    return not _ASSERTING.isdisjoint(node) or _restricts(node) or any(map(_asserts, _inner(node)))


def _restricts(node: dict[str, Any]) -> bool:
    """Whether a type does not say all: of several branches just one may hold, and members beyond the properties have a schema."""
    several = any(sum(each != {"type": NULL} for each in node.get(keyword, ())) > 1 for keyword in _CHOSEN)
    others = isinstance(node.get("additionalProperties"), dict) and node.get(TYPE) != MAP
    return several or others


def _inner(node: dict[str, Any]) -> Iterator[Any]:
    for keyword in _NAMED:
        yield from node.get(keyword, {}).values()
    for keyword in _CHOSEN:
        yield from node.get(keyword, ())
    yield from (node[keyword] for keyword in _NESTED if isinstance(node.get(keyword), dict))


def _validator(registered: Document) -> Check:
    try:
        kind = validator_cls_for(registered.root)
        made = kind(registered.root, validate_formats=False, retriever=registered.contents, base_uri=BASE)
    except ValidationError as error:
        place = pointer(tuple(map(str, error.instance_path)))
        reason = f"the registered JSON Schema is not valid at {place or 'its root'}, or refers to a schema that is not among its imports."
        raise ConversionRefused(reason) from None
    except (ValueError, ReferencingError) as error:
        raise ConversionRefused(f"the registered JSON Schema cannot be read: {readable(Foreign.of(error).first_line(), str)}.") from None
    return made.validate


def _refusal(error: ValidationError, schema: Schema) -> ConversionRefused:
    """The refusal by place and keyword; the library's own words show the value."""
    keyword = readable(Foreign(error.kind.name), str)
    name = readable(Foreign(getattr(error.kind, "property", None)), str) if keyword == "required" else ""
    missing = f" with the property '{name}'" if name else ""
    reason = f"the registered JSON Schema forbids the value, by its keyword {keyword!r}{missing}."
    return ConversionRefused(f"{reason} Change the value with a transform, or the schema.", _path(error.instance_path, schema))


def _path(steps: list[str | int], schema: Schema | None) -> str:
    """The place as Connect has it: `*` for elements, and for the keys of maps, which are values."""
    names = []
    for step in steps:
        if isinstance(step, int) or (schema is not None and schema.values is not None):
            names.append("*")
            schema = schema and (schema.items or schema.values)
        else:
            names.append(step)
            found = schema and schema.field(step)
            schema = found.schema if found else None
    return pointer(tuple(names))
