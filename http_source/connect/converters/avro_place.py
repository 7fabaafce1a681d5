"""Places in a registered Avro schema that gets additions, and whether there is room for any."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.record_refused import pointer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    Attributes:
        path: in the value.
        space: the namespace around it.
        closed: why nothing may be added there; empty where something may.
        values: what the defaults of fields, of its own and of those around it, have there.
    """

    path: str = ""
    space: str = ""
    closed: str = ""
    values: tuple[Any, ...] = ()

    def field(self, field: Json) -> "Place":
        """Of a record's field."""
        name = field["name"]
        given = (each[name] for each in self.values if isinstance(each, dict) and name in each)
        own = (field["default"],) if "default" in field else ()
        return replace(self, path=self.path + pointer((name,)), values=(*given, *own))

    def inside(self) -> "Place":
        """Of an array's elements, or a map's values."""
        return replace(self, path=f"{self.path}/*", values=tuple(_elements(self.values)))

    def check(self, change: str) -> None:
        """Raises ConversionRefused where nothing may change."""
        if self.closed:
            raise ConversionRefused(f"the registered schema cannot grow so that {change}: {self.closed}", self.path)


def _elements(values: tuple[Any, ...]) -> Iterator[Any]:
    for each in values:
        yield from each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
