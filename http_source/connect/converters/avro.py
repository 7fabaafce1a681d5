"""The format AVRO: what Confluent's AvroConverter writes."""

import json
from collections.abc import Sequence
from typing import Any

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters.avro_encoder import Encoder
from http_source.connect.converters.avro_grower import Grower
from http_source.connect.converters.avro_names import scrubbed
from http_source.connect.converters.avro_parser import parse
from http_source.connect.converters.avro_reader import Reader
from http_source.connect.converters.avro_schema import Writer
from http_source.connect.converters.format import ConversionRefused, Encode, Reference, WrittenSchema
from http_source.connect.schema import Schema


class AvroFormat:
    """Avro. A text that the registry gave back is read, and gets additions, so that nothing changes by itself."""

    registry_type = "AVRO"

    def __init__(self, options: ConverterOptions) -> None:
        self._options = options

    def field_name(self, name: str) -> str:
        """What a field is called in Avro: with `scrub.invalid.names` a legal name made of this one, else the name itself."""
        return scrubbed(name) if self._options.scrub_invalid_names else name

    def write_schema(self, schema: Schema) -> WrittenSchema:
        """Connect's schema in Avro. Raises ConversionRefused."""
        return _written(Writer(self._options, schema).write(schema))

    def read_schema(self, text: str, references: Sequence[Reference] = ()) -> Schema:
        """The Connect schema of an Avro one. Raises ConversionRefused for what is not Avro and for what Connect cannot hold."""
        parsed = parse(text, references)
        return Reader(self._options, parsed.named).read(parsed.root)

    def grow(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> WrittenSchema:
        """The registered text with what the schema has more, and everything else as it stands.

        Raises ConversionRefused with the place where the text cannot be changed so: at a logical type, an enum, a fixed type or a union of
        several types, and in what is imported.
        """
        parsed = parse(text, references)
        before = json.dumps(parsed.json)
        grown = Grower(self._options, parsed, schema).grown(schema)
        if json.dumps(grown) == before:
            return WrittenSchema(text, parsed.record_name, references)
        return _written(grown, references, ascii_only=text.isascii())

    def encoder(self, schema: Schema, text: str | None = None, references: Sequence[Reference] = ()) -> Encode:
        """What turns values of the schema into bytes, laid out as the schema is written, or as a registered text has it.

        What the text has and the schema does not is written as its default or null. Raises ConversionRefused, also when the text lacks
        what the schema has, or is of other types.
        """
        return self._encoder(schema, self.write_schema(schema).text if text is None else text, references)

    def straight(self, schema: Schema, text: str, references: Sequence[Reference] = ()) -> Encode | None:
        """The same for decoded values."""
        return self._encoder(schema, text, references, decoded=True)

    def _encoder(self, schema: Schema, text: str, references: Sequence[Reference], *, decoded: bool = False) -> Encode:
        parsed = parse(text, references)
        return Encoder(self._options, parsed.named, self.field_name, decoded=decoded).compose(parsed.root, schema)


def _written(avro: Any, references: Sequence[Reference] = (), *, ascii_only: bool = False) -> WrittenSchema:
    try:
        text = json.dumps(avro, ensure_ascii=ascii_only, separators=(",", ":"), allow_nan=False)
    except ValueError:
        raise ConversionRefused("a default is not a finite number, which JSON cannot hold.") from None
    return WrittenSchema(text, parse(text, references).record_name, references)
