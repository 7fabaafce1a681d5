"""What a transform remembers of the schemas it has met: those in use, and not more of the others than it can afford."""

from collections import Counter
from sys import getrefcount

from http_source.connect.schema import INT64, Schema, Type, struct
from http_source.connect.transforms.parts import PerSchema


def schemas(count: int) -> list[Schema]:
    return [struct({"a": INT64}) for _ in range(count)]


class Asked:
    """Remembers schemas, and counts how often each had to be made."""

    def __init__(self) -> None:
        self.made = Counter[int]()
        self.remembered = PerSchema[Type]()

    def __call__(self, schema: Schema) -> Type:
        return self.remembered.get(schema, self._make)

    def _make(self, schema: Schema) -> Type:
        self.made[id(schema)] += 1
        return schema.type


def test_some_hundred_schemas_in_turn_are_each_made_once() -> None:
    known, asked = schemas(250), Asked()
    assert {asked(schema) for _ in range(5) for schema in known} == {Type.STRUCT}
    assert set(asked.made.values()) == {1}


def test_a_schema_in_use_stays_known_while_thousands_come_once() -> None:
    hot, passing, asked = struct({}), schemas(5_000), Asked()
    for schema in passing:
        asked(hot)
        asked(schema)
    assert asked.made[id(hot)] == 1


def test_schemas_that_are_met_once_are_forgotten() -> None:
    passing, asked = schemas(5_000), Asked()
    before = getrefcount(passing[0])
    for schema in passing:
        asked(schema)
    del schema
    assert sum(getrefcount(each) > before + 1 for each in passing) < 1_000


def test_two_schemas_together_are_remembered_beside_each_of_them() -> None:
    first, second, remembered = struct({}), INT64, PerSchema[str]()
    assert remembered.of_both(first, second, lambda *_: "both") == "both"
    assert remembered.get(first, lambda _: "one") == "one"
    assert remembered.of_both(second, first, lambda *_: "turned") == "turned"
    assert remembered.of_both(first, second, lambda *_: "again") == "both"
