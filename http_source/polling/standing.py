"""Where an entity stands: at its start, where it was, or where a person puts it. What follows from a page, its mode says (`modes/`)."""

import json
from dataclasses import fields, replace
from typing import Any

from http_source.config.properties import CursorEnd, OffsetMode, OffsetOptions
from http_source.errors import PositionRefused
from http_source.model import Offset, Position
from http_source.polling.modes import MODES, Mode, mode_of


def initial_position(options: OffsetOptions) -> Position:
    """Where an entity starts: at `http.initial.offset`; without one at 0, or in the modes whose offsets are text at the empty text."""
    return Position(mode_of(options).start, mode=options.mode.value, unmatched=True)


def beginning(mode: str) -> str:
    """The property that says where an entity starts in a mode."""
    return MODES[mode].starts_from if mode in MODES else Mode.starts_from


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
    return stored.done and options.cursor_end is CursorEnd.STOP and "http.cursor.end" in MODES[options.mode].owns


def misfit(mode: str, stored: Position) -> str:
    """Why an offset cannot be asked for in this mode, and what to do; empty when it can."""
    of = "" if stored.deleted else _mode_of(stored)
    if of in ("", mode):
        return MODES[mode].refusal(stored.offset)
    return (f"The stored offset is of http.offset.mode={of}, but the mode is now {mode}, so nothing is requested with it. Move the entity "
            "with `http-source offsets set`, start it from http.initial.offset with `http-source offsets reset`, or set the mode back.")


def _mode_of(stored: Position) -> str:
    """The mode that a position is of; empty when nothing tells. Only the last page of one mode was ever counted without saying so."""
    return stored.mode or (OffsetMode.CURSOR_PAGINATION.value if stored.done or stored.delivered else "")


def moved_by_hand(options: OffsetOptions, before: Position | None, wanted: object) -> Position:
    """Where a person puts an entity, as the newest of all that stood `before`.

    `wanted` is an offset, a position as `Position.to_json` gives it, whose epoch and sequence are left out, or None for the start, whatever
    that is by then. Raises ValueError saying what would be accepted.
    """
    before = before or Position("")
    if wanted is None:
        moved = replace(initial_position(options), deleted=True, unmatched=False)
    elif isinstance(wanted, dict):
        moved = _read_position(options, wanted)
    else:
        moved = Position(read_offset(options, wanted), mode=options.mode.value)
    return replace(moved, epoch=before.epoch + 1, sequence=before.sequence + 1)


def _read_position(options: OffsetOptions, wanted: dict[str, Any]) -> Position:
    if unknown := sorted(set(wanted) - {each.name for each in fields(Position)}):
        known = ", ".join(each.name for each in fields(Position) if each.name not in ("epoch", "sequence", "ahead", "ends", "unmatched"))
        raise ValueError(f"a position has no {', '.join(map(repr, unknown))}, but {known}")
    if wanted.get("deleted") is True:
        return replace(initial_position(options), deleted=True, unmatched=False)
    offset = read_offset(options, wanted["offset"])
    try:
        position = Position.from_json(wanted)
    except PositionRefused as refusal:
        raise ValueError(f"it is not a position: {refusal.why}") from None
    if (of := _mode_of(position)) not in ("", options.mode.value):
        raise ValueError(f"the offset is of http.offset.mode={of}, but the connector's mode is {options.mode}; "
                         "to set it anyway, give the offset alone")
    return replace(position, offset=offset, mode=options.mode.value)


def read_offset(options: OffsetOptions, value: object) -> Offset:
    """An offset that a person wrote, as the mode keeps it. Raises ValueError saying what would be accepted."""
    mode = mode_of(options)
    if mode.is_typed and isinstance(value, list | dict):
        return mode.read(json.dumps(value, ensure_ascii=False))
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("an offset is a text or an integer; null starts from http.initial.offset")  # noqa: TRY004  (one error for the caller)
    return mode.read(value)
