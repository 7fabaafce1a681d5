"""Reads a page's records into values that fit one schema: decoding is the check, and a page that fits costs nothing else."""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import DecodeError

from http_source.connect.noticed import Noticed
from http_source.connect.own_names import own_names
from http_source.connect.schema import Schema
from http_source.connect.typed import EXACT, Hints, type_of
from http_source.connect.unions import aliases_of, is_open, is_union
from http_source.model import Value

MOST_OMITTED = 1_000
"""Places a decoder keeps in mind: forgetting one costs a closer look at each record, keeping all could take any memory."""

UNREAD: Any = object()
"""Stands for a record that does not fit as it is: it is to be looked at closely."""

_UNFIT = (DecodeError, UnicodeDecodeError, RecursionError)


class Decoder:
    """Decodes records of one schema, and nothing else; it never changes, so threads may share it.

    Attributes:
        schema: what the values are of; None as long as nothing is known: then only null is a record.
    """

    def __init__(self, schema: Schema | None = None, noticed: Noticed | None = None, rename: Callable[[str], str] = str) -> None:
        noticed = noticed or Noticed()
        self.schema = schema
        self._told = threading.local()
        few = noticed.omitted if len(noticed.omitted) <= MOST_OMITTED else {}
        self._omits = bool(few)
        hints = Hints(few, noticed.names, self._tell, rename)
        self._decoder = msgspec.json.Decoder(None if schema is None else type_of(schema, hints) | None)
        self._rename = None if schema is None else own_names(schema, noticed.names)

    def read(self, records: Sequence[Value]) -> tuple[list[Any], Collection[int]]:
        """Each record's value, UNREAD for one that does not fit; and the places of those that lost something other than null."""
        decoded, lost = self.structs(records)
        values = iter(self._plain([each for each in decoded if each is not UNREAD]))
        return [UNREAD if each is UNREAD else next(values) for each in decoded], lost

    def structs(self, records: Sequence[Value]) -> tuple[list[Any], Collection[int]]:
        """The same, each value as `type_of` decodes it."""
        if not self._omits:
            with suppress(*_UNFIT):  # one of them at least; the others fit
                return list(map(self._decoder.decode, records)), ()
        return self._one_by_one(records)

    def _one_by_one(self, records: Sequence[Value]) -> tuple[list[Any], list[int]]:
        told, decode = self._told, self._decoder.decode
        decoded, lost = [], []
        told.now = False
        for place, record in enumerate(records):
            try:
                decoded.append(decode(record))
            except _UNFIT:
                decoded.append(UNREAD)
            if told.now:
                told.now = False
                if decoded[-1] is not UNREAD:
                    lost.append(place)
        return decoded, lost

    def _plain(self, decoded: list[Any]) -> list[Any]:
        """The decoder's structs as dicts; one call for the page costs a fifth of the decoding."""
        values: list[Any] = msgspec.to_builtins(decoded, builtin_types=EXACT)
        if self._rename is not None:
            self._rename(values)
        return values

    def _tell(self) -> None:
        self._told.now = True


def is_decodable(schema: Schema) -> bool:
    """Whether records of a schema can be decoded at once: a union, an alias or a property that is let by needs a closer look."""
    if is_union(schema) or is_open(schema) or next(aliases_of(schema), None) is not None:
        return False
    inner = (*(each.schema for each in schema.fields), schema.items, schema.values)
    return all(is_decodable(each) for each in inner if each is not None)
