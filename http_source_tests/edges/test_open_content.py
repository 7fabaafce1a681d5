"""A registry that forbids a new property in an open JSON Schema: a user reads which property of the connector lets fields be added.

The words are those that Confluent's Schema Registry and Apicurio Registry 3.3 answer with, for objects at the root, in objects, in arrays,
and behind null.
"""

import pytest

from http_source.config.types import Secret
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry_failures import RegistryRefusal, refused
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign

ADDRESS = RegistryAddress(url="http://registry.test", user="sample-user", password=Secret("sample-password"))


def told(words: str) -> str:
    return str(refused(ADDRESS, RegistryRefusal(409, 409, Foreign(f"Incompatible: {words}")), "t-value", Redactor()))


@pytest.mark.parametrize("words", [
    "[{errorType:'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL', description:'The new schema has an open content model at path '#/properties/b''}]",
    "[{errorType:'PROPERTY_ADDED_IS_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', description:'at path '#/properties/a/properties/b''}]",
    "[Difference{jsonPath='#/properties/a', type=COMBINED_TYPE_SUBSCHEMAS_CHANGED}]",
    "list of diff types: [Object type property schemas narrowed at /propertySchemasAdded]",
    "list of diff types: [Object type property schemas narrowed at /properties/a/allItemSchema/propertySchemasAdded]",
    "list of diff types: [Combined type subschema not compatible at /properties/a]",
])  # fmt: skip
def test_b219_a_field_that_an_open_object_gets_is_told_with_what_to_set_wherever_it_stands(words: str) -> None:
    assert "with value.converter.object.additional.properties=false from its first schema on" in told(words)


@pytest.mark.parametrize("words", [
    "list of diff types: [Subschema type changed at /properties/a]",
    "list of diff types: [Object type property schemas narrowed at /propertySchemasRemoved]",
    "[Combined type subschema not compatible at /properties/a, Object type property schemas narrowed at /propertySchemasRemoved]",
    "[{errorType:'COMBINED_TYPE_SUBSCHEMAS_CHANGED'}, {errorType:'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL'}]",
])  # fmt: skip
def test_b219_another_change_or_one_of_a_closed_object_comes_without_that_advice(words: str) -> None:
    """At FORWARD and FULL a registry looks for what an older reader misses: a closed object takes no new property there either."""
    assert "additional.properties" not in told(words)
