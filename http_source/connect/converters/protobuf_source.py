"""Where things stand in the text of a .proto file, so that it can grow without being written anew."""

from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a field of a message stands.

    Attributes:
        start: where its statement begins, its label included.
        type: its type; the type of the values for the field `value` of a map's entry.
        end: where its statement ends.
    """

    start: int
    type: Span
    end: int


@dataclass(slots=True)
class MessagePlace:
    """Where a message stands.

    Attributes:
        name: its name in its own declaration.
        close: the brace that closes it.
        fields: its fields by name, those of oneofs included.
    """

    name: Span = (0, 0)
    close: int = 0
    fields: dict[str, FieldPlace] = field(default_factory=dict)


@dataclass(slots=True)
class FilePlaces:
    """Where the parts of a file stand.

    Attributes:
        head: where the last of the statements ends that imports stand behind: syntax, package, imports.
        package: the name in the package's statement, or None.
        messages: by full name without the package.
    """

    head: int = 0
    package: Span | None = None
    messages: dict[str, MessagePlace] = field(default_factory=dict)
