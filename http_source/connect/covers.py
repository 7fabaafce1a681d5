"""What the schema that transforms left of a record says, beside one that is registered: whether anything of it is new there."""

from http_source.connect.evolve import described, evolved
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema, Type
from http_source.connect.seen import Rename
from http_source.connect.unions import is_union


def covers(known: Schema, given: Schema, rename: Rename) -> bool:
    """Whether a schema has every type and name that transforms gave; types that were only served are checked value by value."""
    if given is known:
        return True
    if given.type is not Type.STRUCT:
        return given.inferred or _holds(known, given)
    if known.type is not Type.STRUCT or is_union(known):
        return given.inferred and not _says_more(given)
    if _says_more(given) and described(known, given.as_required()) != known:
        return False
    return all(_has(known, rename(each.name), each.schema, rename) for each in given.fields)


def _has(known: Schema, name: str, given: Schema, rename: Rename) -> bool:
    place = known.field(name)
    return covers(place.schema, given, rename) if place is not None else _says_nothing(given)


def _says_nothing(given: Schema) -> bool:
    """Whether all of a schema is only what was served."""
    return given.inferred and not _says_more(given) and all(_says_nothing(each.schema) for each in given.fields)


def _says_more(given: Schema) -> bool:
    return given.type is Type.STRUCT and given.is_annotated


def _holds(known: Schema, given: Schema) -> bool:
    try:
        return evolved(known, given.as_required()) == known
    except PlaceRefused:
        return False
