"""How the next offset follows from a page (specification: `http.offset.mode`).

A position says what to ask for next; it moves here when a page is read, and in storage only after the page's records are acknowledged.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from hashlib import blake2b
from typing import Any

from http_source.config.properties import CursorEnd, OffsetMode, OffsetOptions
from http_source.errors import PositionRefused
from http_source.model import Offset, Page, Position, Value
from http_source.polling.cut import Cut
from http_source.polling.pointer import JsonText, tokens_of
from http_source.polling.scalar import FRACTION, INTEGER, NOTHING, NULL, STRING, fault_of, integer_of, kind_of, text_of

OffsetRule = Callable[[Cut, Position], Page]
"""What was cut out of an answer, and the position that asked for it → the page: its new records and where to go on."""

Forget = Callable[[str], str]
"""Takes out of a next-page URL what is added to each request anyway and must not be stored, such as a key."""

NO_COUNT = (
    "The stored offset is not an integer, and SIMPLE_INCREMENTING counts on from one. Set an integer with `http-source offsets set`, "
    "or start from http.initial.offset with `http-source offsets reset`."
)
PAGE_TOO_SMALL = (
    "The last record's offset is the one the page was asked with, so the same page comes again. Is the page size too small for the number "
    "of records with one value at `http.offset.json.pointer`?"
)
SAME_TOKEN = "`http.next.page.json.pointer` finds the token that the page was asked with, so the page counts as the last one."  # noqa: S105
PAGE_CHANGED = (
    "The last page changed: the last record delivered from it is no longer where it was, so the whole page is produced again. "
    "`http.cursor.end=follow` needs a last page that only grows at its end."
)


def initial_position(options: OffsetOptions) -> Position:
    """Where an entity starts: at `http.initial.offset`; without one at 0, or in the modes whose offsets are text at the empty text."""
    offset = int(options.initial or 0) if options.mode is OffsetMode.SIMPLE_INCREMENTING else options.initial or ""
    return Position(offset, mode=options.mode.value)


def start_of(options: OffsetOptions, stored: Position | None) -> Position:
    """Where an entity goes on: where it stood, or at its start when nothing is stored or what was stored is deleted.

    A position of another mode stays what it is: `misfit` says so, and nothing is asked with it.
    """
    if stored is None:
        return initial_position(options)
    if stored.deleted:
        return replace(initial_position(options), epoch=stored.epoch, sequence=stored.sequence)
    return replace(stored, mode=_mode_of(stored) or options.mode.value, done=is_done(options, stored))


def is_done(options: OffsetOptions, stored: Position) -> bool:
    """Whether an entity is finished under this configuration: `http.cursor.end=stop` may have been what it no longer is."""
    return stored.done and options.cursor_end is CursorEnd.STOP and options.mode is OffsetMode.CURSOR_PAGINATION


def misfit(mode: str, stored: Position) -> str:
    """Why an offset cannot be asked for in this mode, and what to do; empty when it can."""
    of = "" if stored.deleted else _mode_of(stored)
    if of in ("", mode):
        return NO_COUNT if mode == OffsetMode.SIMPLE_INCREMENTING and not _is_integer(stored.offset) else ""
    return (f"The stored offset is of http.offset.mode={of}, but the mode is now {mode}, so nothing is requested with it. Move the entity "
            "with `http-source offsets set`, start it from http.initial.offset with `http-source offsets reset`, or set the mode back.")


def _is_integer(offset: Offset) -> bool:
    try:
        int(offset)
    except ValueError:
        return False
    return True


def _mode_of(stored: Position) -> str:
    """The mode that a position is of; empty when nothing tells. Only the last page of one mode was ever counted."""
    return stored.mode or (OffsetMode.CURSOR_PAGINATION.value if stored.done or stored.delivered else "")


def moved_by_hand(options: OffsetOptions, before: Position | None, wanted: object) -> Position:
    """Where a person puts an entity, as the newest of all that stood `before`.

    `wanted` is an offset, a position as `Position.to_json` gives it, whose epoch and sequence are left out, or None for the start, whatever
    that is by then. Raises ValueError saying what would be accepted.
    """
    before = before or Position("")
    if wanted is None:
        moved = replace(initial_position(options), deleted=True)
    elif isinstance(wanted, dict):
        moved = _read_position(options, wanted)
    else:
        moved = Position(read_offset(options, wanted), mode=options.mode.value)
    return replace(moved, epoch=before.epoch + 1, sequence=before.sequence + 1)


def _read_position(options: OffsetOptions, wanted: dict[str, Any]) -> Position:
    if unknown := sorted(set(wanted) - {each.name for each in fields(Position)}):
        raise ValueError(f"a position has no {', '.join(map(repr, unknown))}, but offset, delivered, digest, done, deleted and mode")
    if wanted.get("deleted") is True:
        return replace(initial_position(options), deleted=True)
    offset = read_offset(options, wanted["offset"])
    try:
        position = Position.from_json(wanted)
    except PositionRefused as refusal:
        raise ValueError(f"it is no position: {refusal.__cause__}") from None
    if (of := _mode_of(position)) not in ("", options.mode.value):
        raise ValueError(f"the offset is of http.offset.mode={of}, but the connector's mode is {options.mode}; "
                         "to set it all the same, give the offset alone")
    return replace(position, offset=offset, mode=options.mode.value)


def read_offset(options: OffsetOptions, value: object) -> Offset:
    """An offset that a person wrote, as the mode keeps it. Raises ValueError saying what would be accepted."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("an offset is a text or an integer; null starts from http.initial.offset")  # noqa: TRY004  (one error for the caller)
    if isinstance(value, str) and (fault := fault_of(value)):
        raise ValueError(f"the offset is {fault}")
    if options.mode is not OffsetMode.SIMPLE_INCREMENTING:
        return value
    if not _is_integer(value):
        raise ValueError("SIMPLE_INCREMENTING counts, so its offset is an integer")
    return int(value)


def offset_rule(options: OffsetOptions, forget: Forget = str) -> OffsetRule:
    """The rule of the configured mode."""
    rules: dict[OffsetMode, OffsetRule] = {
        OffsetMode.SIMPLE_INCREMENTING: incremented,
        OffsetMode.CHAINING: partial(chained, pointer=options.offset_pointer or "", as_string=options.as_string),
        OffsetMode.CURSOR_PAGINATION: partial(paginated, end=options.cursor_end, initial=options.initial or "", forget=forget),
    }
    return rules[options.mode]


def incremented(cut: Cut, position: Position) -> Page:
    """SIMPLE_INCREMENTING: the offset grows by the number of records. Raises PositionRefused when it is no integer."""
    if not _is_integer(position.offset):
        raise PositionRefused(NO_COUNT)
    moved = _moved(position, offset=int(position.offset) + len(cut.records)) if cut.records else position
    return Page(cut.records, moved, progressed=bool(cut.records))


def chained(cut: Cut, position: Position, *, pointer: str, as_string: bool) -> Page:
    """CHAINING: the offset is the value at `http.offset.json.pointer` in the last record, digit for digit.

    Raises PageRefused, naming pointer and record, when there is no text and no number.
    """
    if not cut.records:
        return Page((), position, progressed=False)
    number = len(cut.records) - 1
    finder = f"`http.offset.json.pointer` ({pointer or 'the whole record'} of record {number})"
    offset = _offset_in(cut.records[number], pointer, finder, as_string=as_string)
    if str(offset) == str(position.offset):
        return Page(cut.records, position, progressed=False, warnings=(PAGE_TOO_SMALL,))
    return Page(cut.records, _moved(position, offset=offset), progressed=True)


def paginated(cut: Cut, position: Position, *, end: CursorEnd, initial: str, forget: Forget = str) -> Page:
    """CURSOR_PAGINATION: the offset is the token at `http.next.page.json.pointer`; without one this is the last page.

    Records already delivered from the page are left out. Raises PageRefused when the token is no string and no integer.
    """
    token = _token_of(cut.token)
    token = forget(token) if isinstance(token, str) else token
    fresh, doubts = _beyond_delivered(cut.records, position)
    if token == "":
        return Page(fresh, _at_the_end(cut.records, position, end, initial), progressed=False, warnings=doubts)
    if str(token) == str(position.offset):
        return Page(fresh, _at_the_end(cut.records, position, end, initial), progressed=False, warnings=(*doubts, SAME_TOKEN))
    moved = _moved(position, offset=token, delivered=0, digest="")
    return Page(fresh, moved, progressed=bool(cut.records), warnings=doubts)


def _at_the_end(records: Sequence[Value], position: Position, end: CursorEnd, initial: str) -> Position:
    if end is CursorEnd.RESTART:
        return _moved(position, offset=initial, delivered=0, digest="")
    digest = _digest(records[-1]) if records else ""
    return _moved(position, delivered=len(records), digest=digest, done=end is CursorEnd.STOP)


def _beyond_delivered(records: Sequence[Value], position: Position) -> tuple[Sequence[Value], tuple[str, ...]]:
    """The records not yet delivered from this page: all of them when the last delivered one is no longer where it was."""
    seen = position.delivered
    if not seen or not records:
        return records, ()
    if len(records) >= seen and _digest(records[seen - 1]) == position.digest:
        return records[seen:], ()
    return records, (PAGE_CHANGED,)


def offset_of(options: OffsetOptions, record: Value) -> Offset:
    """The offset that CHAINING takes from a record. Raises PageRefused when it holds none, ValueError when it is no JSON."""
    return _offset_in(record, options.offset_pointer or "", "`http.offset.json.pointer`", as_string=options.as_string)


def _offset_in(record: Value, pointer: str, finder: str, *, as_string: bool) -> Offset:
    text = JsonText(bytes(record).decode())
    place = text.find(tokens_of(pointer))
    value = "" if place is None else text[place]
    offset = text_of(value, {STRING, INTEGER, FRACTION}, finder)
    return integer_of(offset, finder) if kind_of(value) == INTEGER and not as_string else offset


def _token_of(value: str) -> Offset:
    """The token, empty for nothing and null."""
    if kind_of(value) in {NOTHING, NULL}:
        return ""
    finder = "`http.next.page.json.pointer`"
    text = text_of(value, {STRING, INTEGER}, finder)
    return integer_of(text, finder) if kind_of(value) == INTEGER else text


def _digest(record: Value) -> str:
    return blake2b(record, digest_size=16).hexdigest()


def _moved(position: Position, **changes: Any) -> Position:
    """The position with the changes and the next sequence; the same one when nothing changes."""
    changed = replace(position, **changes)
    return position if changed == position else replace(changed, sequence=position.sequence + 1)
