"""Infers the schema of a page of JSON records.

An integer is INT64, a number with a fraction or an exponent FLOAT64, and no text is taken for a date. An integer beyond 64 bits is
refused rather than rounded, unless its place holds doubles anyway or is a Decimal in the registered schema. A place where nothing but
null, `[]` or `{}` was seen is left out until its type is: nothing is lost, since a missing field reads as null.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import ValidationError
from msgspec.json import Decoder

from http_source.connect.merge import Merge
from http_source.connect.refused import Path, RecordRefused
from http_source.connect.schema import Schema
from http_source.connect.seen import Kind, Seen
from http_source.model import Value

_JSON = Decoder(float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Inferred:
    """What a page's records are, together with what was known.

    Attributes:
        schema: holds every record; None when there is no other than null and nothing was known.
        undecided: the places that are left out.
        warnings: sentences for the user.
    """

    schema: Schema | None
    undecided: frozenset[Path] = frozenset()
    warnings: tuple[str, ...] = ()


def infer(records: Sequence[Value], known: Schema | None = None) -> Inferred:
    """Merge the records' types with the known schema. Raises RecordRefused for a record that cannot be read or merged.

    A record that is null tells nothing: in Kafka it is a tombstone, which has no schema.
    """
    seen = _look(records)
    if not seen.count:
        return Inferred(known)
    if known is None and not seen.decided and Kind.ARRAY in seen.kinds:
        raise RecordRefused(seen.kinds[Kind.ARRAY], (), "it is an array in which nothing has a type, and no schema is registered yet.")
    merge = Merge()
    schema = merge.merge(seen, known)
    return Inferred(schema.as_required() if known is None else schema, frozenset(merge.undecided), tuple(merge.warnings))


def _look(records: Sequence[Value]) -> Seen:
    seen = Seen()
    for index, record in enumerate(records):
        value = _parse(record, index)
        if value is not None:
            seen.add(value, index)
    return seen


def _parse(record: Value, index: int) -> Any:
    try:
        return _JSON.decode(record)
    except RecursionError:
        raise RecordRefused(index, (), "it is nested too deeply to be read.") from None
    except ValidationError as error:
        raise RecordRefused(index, (), f"it cannot be read: {error}.") from None
    except ValueError:
        # Polling has cut it out of a JSON document, so what is left is text that JSON can escape and UTF-8 cannot hold.
        raise RecordRefused(index, (), "it holds text that is not Unicode, half a surrogate pair, which no schema takes.") from None
