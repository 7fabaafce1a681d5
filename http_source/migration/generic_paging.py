"""How an API of HTTP Source V2 pages, in the words of this connector."""

import re
from urllib.parse import quote

from http_source.config.moments import read_moment, written
from http_source.config.variables import OFFSET, WINDOW_END, WINDOW_START
from http_source.migration.configuration_draft import ConfigurationDraft

_MODE, _PARAMETERS, _POINTER = "http.offset.mode", "http.request.parameters", "http.offset.json.pointer"
_TIMED = ("enable.cursor.pagination.with.timestamp.mode", "chaining.with.timestamp.mode")
_SPELT_OUT = frozenset({"time.range.request.delay", "timestamp.format", "timestamp.interval.format", "http.timestamp.interval"})
"""What exported configurations have as defaults."""

_NAMED = {
    "http.cursor.pagination.parameter.name": "CURSOR_PAGINATION", "http.chaining.pagination.parameter.name": "CHAINING",
}
_IN_A_URL = ":/?#[]@!$&()*+,;=%~{}"
_SECONDS = {"seconds": 1, "days": 86_400}
_FORMATS = {"unix timestamp milliseconds": "epoch-ms", "unix timestamp seconds": "epoch-s", "simple date format": "iso-8601"}
_VARIABLE = re.compile(r"\$\{(?!offset\}|entityName\}|[A-Za-z]+:)([A-Za-z_.]*)\}")
_TEMPLATES = ("url", _PARAMETERS, "http.request.body", "http.request.headers")


def move_paging(draft: ConfigurationDraft) -> None:
    """Move an API's mode, its token and its windows of time."""
    mode = (draft.take(_MODE) or "SIMPLE_INCREMENTING").upper()
    if mode == "SNAPSHOT_PAGINATION":
        mode = _move_snapshots(draft)
    draft.properties[_MODE] = mode
    _name_parameters(draft, mode)
    is_absolute = (draft.take("is.next.page.token.absolute.url") or "true").lower() == "true"
    if mode == "CURSOR_PAGINATION" and is_absolute:
        _follow_urls(draft)
    timed = [draft.take(name) for name in _TIMED]
    order = draft.take("chaining.with.timestamp.mode.record.ordering")
    if any((value or "").lower() == "true" for value in timed):
        _move_windows(draft, mode, order)
    _drop_times(draft)


def _move_snapshots(draft: ConfigurationDraft) -> str:
    """A whole list again and again: by its pages where they have tokens."""
    key = draft.take(_POINTER)
    if key:
        draft.properties["record.key.json.pointer"] = key
    has_token = "http.next.page.json.pointer" in draft.left
    if has_token:
        draft.properties["http.cursor.end"] = "restart"
    else:
        draft.default("http.initial.offset", "0")
    keyed = "with that key as record.key.json.pointer" if key else "set record.key.json.pointer to that key"
    draft.remark(_MODE, "SNAPSHOT_PAGINATION delivers what is new by the key of a record. Here the whole list is delivered at each round, "
                 f"{keyed}, so that a compacted topic holds each record once.")
    return "CURSOR_PAGINATION" if has_token else "SIMPLE_INCREMENTING"


def _name_parameters(draft: ConfigurationDraft, mode: str) -> None:
    """V2 may name the parameter that carries the token or the last key; here the parameter is written out."""
    for name, wanted in _NAMED.items():
        parameter = draft.take(name)
        if parameter is None or mode != wanted:
            continue
        separator = draft.left.get(f"{_PARAMETERS}.separator") or "&"
        given = draft.left.get(_PARAMETERS, "")
        draft.left[_PARAMETERS] = separator.join(filter(None, [given, f"{parameter}={OFFSET}"]))
        if wanted == "CURSOR_PAGINATION" and "http.initial.offset" not in draft.left:
            draft.properties["http.empty.offset.omit"] = "true"


def _follow_urls(draft: ConfigurationDraft) -> None:
    """A token that is a URL is the next request as it is, where the offset is not the value of a parameter."""
    url, parameters = draft.properties["url"], draft.left.get(_PARAMETERS, "")
    path, mark, query = url.partition("?")
    if OFFSET in parameters + query + draft.left.get("http.request.body", "") or not (path.endswith(OFFSET) or OFFSET not in path):
        return
    separator = draft.left.get(f"{_PARAMETERS}.separator") or "&"
    first = path.removesuffix(OFFSET) + (draft.take("http.initial.offset") or "" if path.endswith(OFFSET) else "") + mark + query
    pairs = [item.strip().partition("=") for item in parameters.split(separator) if item.strip()]
    more = "&".join(f"{quote(key)}{equals}{quote(value)}" for key, equals, value in pairs)
    draft.left.pop(_PARAMETERS, None)
    draft.left.pop(f"{_PARAMETERS}.separator", None)
    draft.properties["url"] = OFFSET
    draft.properties["http.initial.offset"] = quote(first, safe=_IN_A_URL) + (("&" if "?" in first else "?") + more if more else "")
    draft.remark("is.next.page.token.absolute.url", "The token is taken for the URL of the next request, so url is ${offset} and the first "
                 "address is http.initial.offset. If the token is not a URL, write url as it was, with ${offset} as a parameter.")


def _move_windows(draft: ConfigurationDraft, mode: str, order: str | None) -> None:
    draft.properties |= {_MODE: "TIME_WINDOW", "http.window.offset.mode": mode}
    _move_start(draft)
    unit = (draft.take("timestamp.interval.format") or "Seconds").lower()
    length = draft.take("http.timestamp.interval") or "86400"
    draft.properties["http.window.length.ms"] = str(int(length) * _SECONDS.get(unit, 1) * 1000) if length.isdecimal() else length
    form = draft.take("timestamp.format") or "Unix Timestamp Milliseconds"
    draft.properties["http.window.format"] = _FORMATS.get(form.lower(), "iso-8601")
    if draft.properties["http.window.format"] == "iso-8601":
        draft.remark("timestamp.format", "The borders are written as 2026-01-31T00:00:00Z; correct http.window.format if the API expects "
                     "another form.")
    _name_borders(draft)
    if draft.take("initial.end.timestamp.value"):
        draft.remark("initial.end.timestamp.value", "There is no last window: the windows continue to the present. It is left out.")
    if mode == "CHAINING" and order != "Relative":
        draft.remark(_TIMED[1], "Each window is paged through from its own beginning (http.window.offset.mode=CHAINING).")


def _move_start(draft: ConfigurationDraft) -> None:
    start = draft.take("initial.start.timestamp.value")
    if start is None:
        draft.remark("http.window.start", "The old configuration has no initial.start.timestamp.value: set where the first window begins.")
        return
    try:
        draft.properties["http.window.start"] = written(read_moment(start))
    except ValueError as error:
        draft.properties["http.window.start"] = start
        draft.remark("initial.start.timestamp.value", f"{error}.")


def _name_borders(draft: ConfigurationDraft) -> None:
    """The variables for the borders have other names here; what is meant is seen by the words in theirs."""
    for name in _TEMPLATES:
        place = draft.left if name in draft.left else draft.properties
        if name in place:
            place[name] = _VARIABLE.sub(lambda match: _border(match[1], match[0]), place[name])
    if not any(WINDOW_START in each.get(name, "") for name in _TEMPLATES for each in (draft.left, draft.properties)):
        draft.remark(_MODE, f"Put {WINDOW_START} and {WINDOW_END} where the API expects the borders of a window.")


def _border(name: str, whole: str) -> str:
    words = name.lower()
    if any(word in words for word in ("start", "from", "begin", "since")):
        return WINDOW_START
    return WINDOW_END if any(word in words for word in ("end", "until", "to")) else whole


def _drop_times(draft: ConfigurationDraft) -> None:
    """Settings of windows that are not asked for, or have no equal."""
    for name in ("http.timestamp.json.pointer", "http.offset.json.primary.key.pointer", "time.range.request.delay", "timestamp.format",
                 "timestamp.interval.format", "http.timestamp.interval", "initial.start.timestamp.value", "initial.end.timestamp.value"):
        if draft.take(name) is None:
            continue
        if draft.properties[_MODE] == "TIME_WINDOW":
            draft.remark(name, "Left out: windows go by their borders and request.interval.ms alone.")
        elif name not in _SPELT_OUT:
            draft.remark(name, "Left out: it is for windows of time, which this API does not use.")
