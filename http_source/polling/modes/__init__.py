"""The modes of paging, one file each. A new one is such a file, and a line in the table."""

from collections.abc import Iterator, Mapping

from http_source.config.findings import needed
from http_source.config.placeholders import templates_of
from http_source.config.properties import PROPERTIES, ConnectorConfig, OffsetOptions, properties_of
from http_source.config.variables import OFFSET, holds
from http_source.errors import Finding
from http_source.polling.modes.chaining import Chaining
from http_source.polling.modes.cursor_pagination import CursorPagination
from http_source.polling.modes.mode import Answer, Forget, Mode, Tells
from http_source.polling.modes.page_number import PageNumber
from http_source.polling.modes.simple_incrementing import SimpleIncrementing
from http_source.polling.modes.time_window import TimeWindow, modes_within

__all__ = ["MODES", "Answer", "Chaining", "Forget", "Mode", "Tells", "check_mode", "mode_of"]

MODES: Mapping[str, type[Mode]] = {mode.name: mode for mode in (SimpleIncrementing, Chaining, CursorPagination, PageNumber, TimeWindow)}
"""The table of the modes, by the value of `http.offset.mode`."""


def mode_of(options: OffsetOptions, forget: Forget = str) -> Mode:
    """The configured mode."""
    return MODES[options.mode](options, forget)


def check_mode(config: ConnectorConfig) -> Iterator[Finding]:
    """What the configured mode needs, what only others use (specification: "should only be set if"), and what it demands besides."""
    mode = MODES[config.offsets.mode]
    used = (mode, *modes_within(config.offsets))
    known = {each.name: field for field, each in properties_of(OffsetOptions).items() if hasattr(config.offsets, field)}
    values = {name: getattr(config.offsets, field) for name, field in known.items()}
    for each in used:
        chosen = f"http.{'' if each is mode else 'window.'}offset.mode={each.name}"
        yield from (needed(name, chosen) for name in each.needs if name in values and values[name] in (None, "", ()))
    for name in {name for each in MODES.values() for name in each.owns} - {name for each in used for name in each.owns}:
        if values.get(name, PROPERTIES[name].default) != PROPERTIES[name].default:
            yield _unused(name, mode)
    starts_unsaid = not used[-1].starts_empty and values.get("http.initial.offset", "") is None
    is_used = any(holds(text, OFFSET) for text in templates_of(config.request).values())
    if starts_unsaid and is_used and not _omits(config, mode):
        yield Finding("http.initial.offset", f"It must be set, since the template variable {OFFSET} needs it; or set "
                                             "http.empty.offset.omit=true, if the first request is to go without.")
    yield from mode.check(config)


def _unused(name: str, mode: type[Mode]) -> Finding:
    """A flag that does nothing is a doubt: configurations of the original have it where it is only passed over."""
    users = " or ".join(each.name for each in MODES.values() if name in each.owns)
    words = f"It is for http.offset.mode={users}, but the mode is {mode.name}; remove it or set the mode."
    return Finding(name, words, warning=isinstance(PROPERTIES[name].default, bool))


def _omits(config: ConnectorConfig, mode: type[Mode]) -> bool:
    """Whether the first request leaves the offset out; a mode that counts has one at once."""
    return config.offsets.omits_empty and mode(config.offsets).first == ""
