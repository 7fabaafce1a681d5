"""A .proto file with additions, and every other character as it stands."""

import re
from collections.abc import Iterable, Sequence

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_source import FilePlaces, MessagePlace

_REST_OF_LINE = re.compile(r"[ \t]*(//[^\n]*?)?(?=\r?\n|\Z)")
_INDENT = re.compile(r"[ \t]*")


class TextEdits:
    """Collects changes of a text. Messages are called by their full names without the package."""

    def __init__(self, text: str, places: FilePlaces) -> None:
        self._text = text
        self._places = places
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._changes: list[tuple[int, int, str]] = []

    def add_imports(self, names: Sequence[str]) -> None:
        """Import files, behind what is imported already."""
        self._add_head([f'import "{name}";' for name in names])

    def rename_first(self, name: str, package: str) -> None:
        """Give the first message another name, and the file another package if one is given."""
        self._replace(next(iter(self._places.messages.values())).name, name)
        if package and self._places.package:
            self._replace(self._places.package, package)
        elif package:
            self._add_head([f"package {package};"])

    def set_type(self, message: str, field: str, type_: str) -> None:
        """Give a field, or the values of a map, another type."""
        self._replace(self._places.messages[message].fields[field].type, type_)

    def set_optional(self, message: str, field: str) -> None:
        """Make a field optional."""
        start = self._places.messages[message].fields[field].start
        self._replace((start, start), "optional ")

    def set_connect_type(self, message: str, field: str, old: str, new: str) -> None:
        """Change Connect's own type in the options of a field. Raises ConversionRefused where it cannot be found."""
        place = self._places.messages[message].fields[field]
        found = [*re.finditer(rf"""(["']){old}(?=\1)""", self._text[place.start : place.end])]
        if len(found) != 1:
            raise ConversionRefused(f"the field's option connect.type cannot be changed, since {old} does not occur there exactly once.")
        self._replace((place.start + found[0].start() + 1, place.start + found[0].end()), new)

    def add_elements(self, message: str, elements: Iterable[str]) -> None:
        """Add fields and types at the end of a message."""
        place = self._places.messages[message]
        start = self._text.rfind("\n", 0, place.close) + 1
        indent = self._indent(start)
        inner = self._inner_indent(place) or indent + "  "
        lines = "".join(f"{inner}{line}{self._newline}" for line in elements)
        if start + len(indent) == place.close:
            self._replace((start, start), lines)
        else:
            self._replace((place.close, place.close), f"{self._newline}{lines}{indent}")

    def result(self) -> str:
        """The changed text."""
        text = self._text
        for start, end, new in sorted(self._changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def _inner_indent(self, place: MessagePlace) -> str:
        """What stands before the first field, if it begins its line."""
        first = next((each.start for each in place.fields.values()), 0)
        start = self._text.rfind("\n", 0, first) + 1
        indent = self._indent(start)
        return indent if start and start + len(indent) == first else ""

    def _indent(self, start: int) -> str:
        found = _INDENT.match(self._text, start)
        return found[0] if found else ""

    def _add_head(self, lines: Sequence[str]) -> None:
        head = self._places.head
        rest = _REST_OF_LINE.match(self._text, head) if head else None
        at = rest.end() if rest else head or int(self._text.startswith("\ufeff"))
        self._replace((at, at), "".join(f"{self._newline}{line}" if head else f"{line}{self._newline}" for line in lines))

    def _replace(self, span: tuple[int, int], new: str) -> None:
        self._changes.append((*span, new))
