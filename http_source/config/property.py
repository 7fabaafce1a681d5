"""How a property is declared: a dataclass field that carries its name, type, default and what it does."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from http_source.config.types import Type

REQUIRED: Any = object()
MAY_HOLD_SECRETS = frozenset(
    {"url", "http.request.headers", "http.request.parameters", "http.request.body", "http.initial.offset", "connection.user"}
)
"""Properties that are no secrets by type, but in whose values people put keys: a rule that shows one shows parts of it."""


class Importance(StrEnum):
    """Kafka Connect's three ranks."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HIGH, MEDIUM, LOW = Importance


@dataclass(frozen=True, slots=True)
class Property:
    """One property as a user knows it.

    Attributes:
        name: Connect's dotted key.
        type: reads and checks the value.
        default: the value without the key, None for "not set", REQUIRED when it must be set.
        importance: Connect's rank.
        doc: what happens because of it, in one sentence.
        aliases: other names under which Connect's siblings and Confluent's templates know it.
        since: the version that first had it.
    """

    name: str
    type: Type[Any]
    default: Any
    importance: Importance
    doc: str
    aliases: tuple[str, ...] = ()
    since: str = "0.1.0"

    @property
    def required(self) -> bool:
        """Whether a configuration without it is refused."""
        return self.default is REQUIRED

    @property
    def secret(self) -> bool:
        """Whether its value is never shown."""
        return self.type.name == "password"

    @property
    def description(self) -> str:
        """What it does, and the valid values where they are few."""
        return f"{self.doc} Valid values: {self.type.valid_values}." if self.type.valid_values else self.doc

    @property
    def default_text(self) -> str | None:
        """The default as a file would have it; None when there is none."""
        if self.required or self.default is None or self.default == ():
            return None
        if isinstance(self.default, tuple):
            return ",".join(map(str, self.default))
        return str(self.default).lower() if isinstance(self.default, bool) else str(self.default)


def prop(  # noqa: PLR0913 - a row of the table
    name: str, type_: Type[Any], default: Any, importance: Importance, doc: str, *, aliases: tuple[str, ...] = ()
) -> Any:
    """A dataclass field that carries its property."""
    return field(repr=name not in MAY_HOLD_SECRETS, metadata={"property": Property(name, type_, default, importance, doc, aliases)})


def properties_of(group: type) -> dict[str, Property]:
    """The properties of a group by the field that holds them."""
    return {each.name: each.metadata["property"] for each in fields(group)}
