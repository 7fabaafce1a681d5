"""A registered schema that grows: its .proto file or serialized descriptor with additions, and everything else as it stands."""

from collections.abc import Iterator, Sequence

from google.protobuf.descriptor import Descriptor

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters import protobuf_names as naming
from http_source.connect.converters.format import ConversionRefused, Reference
from http_source.connect.converters.protobuf_additions import elements, file_writer
from http_source.connect.converters.protobuf_edits import TextEdits
from http_source.connect.converters.protobuf_file import FileWriter
from http_source.connect.converters.protobuf_growth import Growth, Place, Wider
from http_source.connect.converters.protobuf_serialized import DescriptorEdits
from http_source.connect.converters.protobuf_text import imports_of, message_in, parse
from http_source.connect.schema import Schema


class RegisteredSchema:
    """A text with what it imports, that grows under one set of options. Raises ConversionRefused when it is made and when it grows."""

    def __init__(self, text: str, references: Sequence[Reference], options: ConverterOptions) -> None:
        self._text = text
        self._references = references
        self._options = options
        self._parsed = parse(text)
        self._message = message_in(text, references)

    def grown(self, old: Schema, new: Schema) -> str:
        """The text for a struct that was the old one."""
        growth, edits = Growth(), self._edits()
        growth.message(old, new, self._message)
        file = file_writer(self._parsed.file, self._options, (each for _, fields in growth.fields.values() for each in fields.values()))
        self._rename(old, new, edits)
        self._widen(growth, edits, file)
        for name, (path, fields) in growth.fields.items():
            edits.add_elements(self._relative(name), elements(self._found(name), fields, file, path))
        edits.add_imports(sorted(file.imports.difference(self._parsed.file.dependency)))
        return self._checked(edits.result())

    def _edits(self) -> TextEdits | DescriptorEdits:
        places = self._parsed.places
        return DescriptorEdits(self._text, imports_of(self._references)) if places is None else TextEdits(self._text, places)

    def _rename(self, old: Schema, new: Schema, edits: TextEdits | DescriptorEdits) -> None:
        """Follow the transform SetSchemaMetadata. Protobuf has no place for a version."""
        if new.name not in {None, "", old.name, self._message.full_name}:
            parts = str(new.name).split(".")
            *package, name = (naming.legal_name(part, "", scrub=self._options.scrub_invalid_names) for part in parts)
            edits.rename_first(name, ".".join(package))

    def _widen(self, growth: Growth, edits: TextEdits | DescriptorEdits, file: FileWriter) -> None:
        for place, type_ in self._new_types(growth, file):
            edits.set_type(self._relative(place[0]), place[1], type_)
        for (message, field), wider in growth.types.items():
            if wider.old.type in marks.NARROW:
                _set_connect_type(edits, (self._relative(message), field), wider)
        for message, field in () if self._options.wrapper_for_nullables else growth.optional:
            edits.set_optional(self._relative(message), field)

    def _new_types(self, growth: Growth, file: FileWriter) -> Iterator[tuple[Place, str]]:
        for place in {**growth.optional, **growth.types}:
            wider = growth.types.get(place)
            old = wider.old if wider else growth.optional[place]
            scalar = marks.widened(old, wider.type if wider else old.type)
            wrapped = marks.WRAPPER in old.parameters
            wrap = wrapped or (self._options.wrapper_for_nullables and place in growth.optional)
            if (scalar, wrap) != (marks.scalar_of(old), wrapped):
                yield place, file.imported(marks.wrapper_of(scalar)) if wrap else scalar

    def _found(self, name: str) -> Descriptor:
        return self._message.file.pool.FindMessageTypeByName(name)  # type: ignore[no-any-return]

    def _relative(self, name: str) -> str:
        """A message's full name without the package."""
        return name.removeprefix(f"{self._parsed.file.package}.")

    def _checked(self, text: str) -> str:
        try:
            message_in(text, self._references)
        except ConversionRefused as refused:
            raise ConversionRefused(f"the registered schema cannot be changed as the records need it: {refused}", refused.path) from None
        return text


def _set_connect_type(edits: TextEdits | DescriptorEdits, place: Place, wider: Wider) -> None:
    try:
        edits.set_connect_type(*place, marks.NARROW[wider.old.type], wider.type.value.lower())
    except ConversionRefused as refused:
        raise ConversionRefused(str(refused), wider.path) from None
