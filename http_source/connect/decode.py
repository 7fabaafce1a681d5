"""Reads a page's records into values that fit one schema, widening the schema where they do not.

A page that fits costs one decoding and no inference. The schema is a value: whoever reads a page registers the decoder's schema, if it
is a new one, and only then produces.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import DecodeError

from http_source.connect.infer import infer
from http_source.connect.merge import is_decided
from http_source.connect.refused import Path, RecordRefused
from http_source.connect.schema import Schema
from http_source.connect.typed import EXACT, type_of
from http_source.model import Value

MOST_UNDECIDED = 1_000
"""Places a decoder keeps in mind: forgetting one costs an inference, keeping all could take any memory."""

_UNFIT = (DecodeError, UnicodeDecodeError, RecursionError)


class Decoder:
    """Decodes records of one schema, and nothing else; it never changes, so threads may share it.

    Attributes:
        schema: None as long as nothing is known: then only null is a record.
        undecided: places of which nothing but null or emptiness was seen; the schema has no field for them, and the values none either.
    """

    def __init__(self, schema: Schema | None = None, undecided: frozenset[Path] = frozenset()) -> None:
        self.schema = schema
        self.undecided = undecided
        self._decoder = msgspec.json.Decoder(None if schema is None else type_of(schema, undecided) | None)

    def decode(self, records: Sequence[Value]) -> list[Any]:
        """The values of the records, as `schema.py` describes them; null is None. Raises RecordRefused for the first that does not fit."""
        try:
            return self._values(records)
        except _UNFIT:
            self._refuse(records)
            raise

    def read(self, records: Sequence[Value]) -> "Reading":
        """The values of a page, whatever its records are; see Reading. Raises RecordRefused when no schema holds them all."""
        with suppress(*_UNFIT):
            return Reading(self._values(records), self)
        return self._infer(records)

    def _values(self, records: Sequence[Value]) -> list[Any]:
        decode = self._decoder.decode
        # One call for the page: it costs a fifth of the decoding, and turns the decoder's structs into dicts.
        values: list[Any] = msgspec.to_builtins([decode(record) for record in records], builtin_types=EXACT)
        return values

    def _infer(self, records: Sequence[Value]) -> "Reading":
        found = infer(records, self.schema)
        undecided = found.undecided | {path for path in self.undecided if not is_decided(found.schema, path)}
        decoder = Decoder(found.schema, undecided if len(undecided) <= MOST_UNDECIDED else found.undecided)
        return Reading(decoder.decode(records), decoder, found.warnings)

    def _refuse(self, records: Sequence[Value]) -> None:
        for index, record in enumerate(records):
            try:
                self._decoder.decode(record)
            except _UNFIT as error:
                raise RecordRefused(index, (), f"it does not fit the schema: {error}.") from None


@dataclass(frozen=True, slots=True)
class Reading:
    """A page read.

    Attributes:
        values: one a record, in order.
        decoder: for the next page; the very one that read when the page told nothing new. The values fit its schema.
        warnings: sentences for the user.
    """

    values: list[Any]
    decoder: Decoder
    warnings: tuple[str, ...] = ()
