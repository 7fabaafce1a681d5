"""What a component's YAML may hold: the JSON schema of the declared properties, for `dg check yaml` and for editors."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import RootModel

from http_source.config.load import PLUGINS
from http_source.config.numbers import Number
from http_source.config.properties import PROPERTIES, Property
from http_source.config.refusal import Refusal
from http_source.config.refused import REFUSED
from http_source.config.types import BOOLEAN, LIST, Integer, OneOf
from http_source.orchestration.translation import NAME, translation_schema

_TEMPLATE = r"\{[{%]|\$\{[A-Za-z][^}]*:"
_INTEGER = r"^\s*[+-]?[0-9]+\s*$"
_NUMBER = r"^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_SCALAR = ["string", "integer", "boolean"]


class Attributes(RootModel[dict[str, Any]]):
    """The attributes as they are written.

    Only the schema judges them here: templates are filled in later, and then `load_config` finds every mistake at once.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, *_: object) -> dict[str, Any]:
        """The schema that Dagster hands to `dg check yaml`, to editors and to its own documentation."""
        return attributes_schema()


def attributes_schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of all properties: descriptions, types, defaults and valid values; and of a translation.

    Properties that are refused by name are no part of it, except for the values of them that are harmless.
    """
    described = {name: _schema_of(known) for known in PROPERTIES.values() for name in (known.name, *known.aliases)}
    harmless = [refusal for refusal in REFUSED.values() if refusal.harmless]
    for refusal in harmless:
        described |= dict.fromkeys((refusal.declared.name, *refusal.declared.aliases), _schema_of_refused(refusal))
    return {
        "type": "object",
        "properties": {**described, NAME: translation_schema()},
        "required": [known.name for known in PROPERTIES.values() if known.required],
        "patternProperties": {rf"^{re.escape(prefix)}": {"type": [*_SCALAR, "array", "null"]} for prefix in PLUGINS},
        "additionalProperties": False,
    }


def _schema_of(known: Property) -> dict[str, Any]:
    secret = {"writeOnly": True} if known.secret else {}
    return {"description": known.description, **_default(known), **secret, **_judged(_texts(known), _values(known))}


def _schema_of_refused(refusal: Refusal) -> dict[str, Any]:
    words = [*refusal.harmless, *({"true": True, "false": False}[word] for word in refusal.harmless if word in {"true", "false"})]
    return {"description": refusal.reason, "deprecated": True, **_judged(map(_in_any_case, refusal.harmless), {"enum": words})}


def _judged(texts: Iterable[str], values: Mapping[str, object]) -> dict[str, Any]:
    """A schema that lets null, templates and these texts through, and judges all else by the valid values, so that a message tells them."""
    return {"if": {"type": ["string", "null"], "pattern": "|".join((_TEMPLATE, *texts))}, "else": values}


def _default(known: Property) -> Mapping[str, object]:
    if known.default_text is None:
        return {}
    return {"default": known.default if isinstance(known.default, bool | int) else known.default_text}


def _texts(known: Property) -> Iterable[str]:
    """Regular expressions of the texts that stand for a value of another type, or for a word in another case."""
    match known.type:
        case Integer():
            return (_INTEGER,)
        case Number():
            return (_NUMBER,)
        case OneOf(words=words):
            return map(_in_any_case, words)
    return map(_in_any_case, ("true", "false")) if known.type is BOOLEAN else ()


def _values(known: Property) -> Mapping[str, object]:
    match known.type:
        case Integer(minimum=minimum, maximum=maximum):
            return {"type": "integer", "minimum": minimum, "maximum": maximum}
        case Number(minimum=least, maximum=greatest):
            return {"type": "number", "minimum": least, "maximum": greatest}
        case OneOf(words=words):
            return {"enum": [str(word) for word in words]}
    if known.type is BOOLEAN:
        return {"type": "boolean"}
    return {"type": [*_SCALAR, "array"], "items": {"type": _SCALAR}} if known.type is LIST else {"type": _SCALAR}


def _in_any_case(word: str) -> str:
    """Connect takes words in any case; JSON Schema's regular expressions have no sign for that."""
    return rf"^\s*{''.join(f'[{each.lower()}{each.upper()}]' if each.isalpha() else re.escape(each) for each in word)}\s*$"
