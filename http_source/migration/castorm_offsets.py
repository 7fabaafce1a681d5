"""castorm's offsets: named values of the last record, put into requests by FreeMarker."""

import re
from collections.abc import Iterator

from http_source.config.moments import read_moment
from http_source.config.variables import OFFSET
from http_source.migration.configuration_draft import ConfigurationDraft

_INITIAL, _POINTERS = "http.offset.initial", "http.response.record.offset.pointer"
_PARSER = "http.response.record.timestamp.parser"
_MILLISECONDS = "EpochMillisTimestampParser"
_BODY = "http.request.body"
_TEMPLATES = ("url", "http.request.parameters", _BODY, "http.request.headers")
_VARIABLE = re.compile(r"\$\{\s*(?:offset\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<builtins>(?:\?[^}]*)?)\}")
_HARMLESS = re.compile(r"(\?(c|url(\('[^']*'\))?|string|trim|datetime\.iso))*")
_TO_MILLISECONDS = re.compile(r"\?(datetime|date)\.(iso|xs)\?long(\?c)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_OURS = frozenset({"entityName"})
_ORDERS = {"DESC": "DESCENDING", "ASC": "ASCENDING"}
_OLD = {"timestamp_iso": "timestamp"}
"""Names of earlier versions."""


class NamedOffsets:
    """The named offsets of a configuration: where each is found, where it starts, and how requests use it."""

    def __init__(self, draft: ConfigurationDraft) -> None:
        self.pointers = dict(_pairs(draft.take(_POINTERS) or ""))
        self.initial = {_OLD.get(name, name): value for name, value in _pairs(draft.take(_INITIAL) or "")}
        for name in ("key", "timestamp"):
            if pointer := draft.take(f"http.response.record.{name}.pointer"):
                self.pointers.setdefault(name, pointer)
        found = {name: list(_VARIABLE.finditer(draft.properties.get(name, ""))) for name in _TEMPLATES}
        self.uses = [match for matches in found.values() for match in matches if match["name"] not in _OURS]
        self.bare = [match for match in found[_BODY] if match in self.uses and _is_bare(match)]

    @property
    def chosen(self) -> str | None:
        """The one that requests go on from."""
        names = [_named(match) for match in self.uses]
        return next((name for name in ("timestamp", *names) if name in names), None)

    @property
    def builtins(self) -> list[str]:
        """What FreeMarker does with it before it is sent."""
        return [match["builtins"].strip() for match in self.uses if _named(match) == self.chosen]


def move_offsets(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    """Make the offset that requests use the one offset of CHAINING, and the key that of the records."""
    _move_key(draft, named)
    order = (draft.take("http.response.list.order.direction") or "IMPLICIT").upper()
    parser = (draft.take(_PARSER) or "").rpartition(".")[2]
    for name, _ in list(draft.take_all(f"{_PARSER}.")):
        draft.remark(name, "Left out: times are taken as they are served.")
    if named.chosen is None:
        if parser:
            draft.remark(_PARSER, "Left out: no time is read here.")
        _ask_for_all(draft, named)
        return
    draft.properties["http.offset.mode"] = "CHAINING"
    _order(draft, order)
    _place(draft, named)
    _point(draft, named)
    _send(draft, named, parser)
    _start(draft, named)


def _move_key(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    pointers = [pointer.strip() for pointer in named.pointers.get("key", "").split(",") if pointer.strip()]
    if pointers:
        draft.properties["record.key.json.pointer"] = pointers[0]
    if len(pointers) > 1:
        draft.leave_open("http.response.record.key.pointer", "Several pointers are joined there; a key has one pointer here, or is made by "
                         "transforms.")
    unused = [name for name in named.initial if name not in {named.chosen, *map(_named, named.uses)}]
    if unused and named.uses:
        draft.remark(_INITIAL, f"{', '.join(unused)} is left out: no request uses it, and records are not compared with it here.")


def _ask_for_all(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    draft.properties |= {"http.offset.mode": "SIMPLE_INCREMENTING", "http.initial.offset": "0"}
    forgotten = "castorm's connector left out records that it had seen by key and timestamp; here all" if named.pointers else "All"
    draft.remark("http.offset.mode", f"No request uses the offset, so each one brings the whole list. {forgotten} are delivered each time. "
                 f"Put {OFFSET} where the API filters, and set CHAINING.")
    if named.initial:
        draft.remark(_INITIAL, "Left out: no request uses it.")


def _order(draft: ConfigurationDraft, order: str) -> None:
    if order in _ORDERS:
        draft.properties["http.chaining.order"] = _ORDERS[order]
    else:
        draft.remark("http.response.list.order.direction", "IMPLICIT has no equivalent: if the API serves the newest record first, set "
                     "http.chaining.order=DESCENDING.")


def _place(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    """Put the variable of this connector where the chosen one stands."""
    for name in (name for name in _TEMPLATES if name in draft.properties):
        text = draft.properties[name]
        draft.properties[name] = _VARIABLE.sub(lambda match: OFFSET if _named(match) == named.chosen else match[0], text)
    for other in dict.fromkeys(_named(match) for match in named.uses if _named(match) != named.chosen):
        draft.leave_open(_POINTERS, f"There is one offset here, and {named.chosen} is it; {other} cannot be put into requests as well.")


def _point(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    pointer = named.pointers.get(named.chosen or "")
    if pointer:
        draft.properties["http.offset.json.pointer"] = pointer
    else:
        draft.leave_open(_POINTERS, f"It does not say where {named.chosen} is in a record: set http.offset.json.pointer.")


def _send(draft: ConfigurationDraft, named: NamedOffsets, parser: str) -> None:
    """What the old request made of the value is not made here: it is sent as the record has it."""
    for builtins in dict.fromkeys(named.builtins):
        if not _HARMLESS.fullmatch(builtins) and not _TO_MILLISECONDS.fullmatch(builtins):
            draft.leave_open("http.offset.json.pointer", f"The offset is sent as the record has it, and {builtins} of the old request is "
                             "not done: point to a value in the form that the API takes.")
    _check_kind(draft, named, parser)
    if named.chosen != "timestamp":
        return
    if parser and not parser.startswith(("EpochMillis", "DateTimeFormatter")):
        draft.leave_open("http.offset.json.pointer", f"The offset is sent as the record has it, and not read by {parser}: point to a value "
                         "in the form that the API takes.")
    milliseconds = any(map(_TO_MILLISECONDS.fullmatch, named.builtins))
    form = "milliseconds since 1970" if milliseconds else "ISO 8601 in UTC"
    draft.remark("http.offset.json.pointer", f"The old request sends the time as {form}; here it is sent as the record has it. Records "
                 "have the time of their production in Kafka, and not this one.")


def _check_kind(draft: ConfigurationDraft, named: NamedOffsets, parser: str) -> None:
    """A number that the old request made of a text, and that stands as such in its body."""
    if parser == _MILLISECONDS and named.chosen == "timestamp":
        return
    made = [match["builtins"].strip() for match in named.bare if _named(match) == named.chosen]
    for builtins in dict.fromkeys(filter(_TO_MILLISECONDS.fullmatch, made)):
        draft.leave_open(_BODY, f"{OFFSET} stands without quotes in it, where {builtins} of the old request makes a number, and that is "
                         "not done here: point http.offset.json.pointer to a number, or write quotes around it if the API takes the text.")


def _is_bare(match: re.Match[str]) -> bool:
    """Whether it stands outside the strings of a JSON body."""
    text = _VARIABLE.sub(lambda each: "\0" * len(each[0]), match.string)
    return not any(string.start() < match.start() < string.end() for string in _STRING.finditer(text))


def _start(draft: ConfigurationDraft, named: NamedOffsets) -> None:
    start = named.initial.get(named.chosen or "")
    if start is None:
        draft.leave_open(_INITIAL, f"It has no {named.chosen}: set http.initial.offset to what the first request shall send.")
        return
    draft.properties["http.initial.offset"] = _milliseconds(start) if any(map(_TO_MILLISECONDS.fullmatch, named.builtins)) else start


def _milliseconds(start: str) -> str:
    try:
        return str(read_moment(start))
    except ValueError:
        return start


def _named(match: re.Match[str]) -> str:
    return _OLD.get(match["name"], match["name"])


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """`name=value, name=value`."""
    for item in text.split(","):
        name, mark, value = item.partition("=")
        if mark:
            yield name.strip(), value.strip()
