"""Windows of time as a way of paging: a URL that asks for records between two moments."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote_plus

from http_source.config.findings import shown
from http_source.config.moments import read_moment
from http_source.config.properties import OffsetMode, WindowFormat
from http_source.config.variables import OFFSET, WINDOW_END, WINDOW_START
from http_source.polling.evidence import Evidence, Proposal
from http_source.polling.given_url import Parameter
from http_source.polling.name_words import words_of
from http_source.polling.parameter_roles import AFTER_WORDS, BEGIN_WORDS, Role

END_WORDS = frozenset({"to", "until", "till", "end", "ending", "before", "lt", "lte", "le", "max"})
_EPOCH_DIGITS = 9
_MILLISECOND_DIGITS = 12
_SHORTEST_MS = 1_000
_WITHIN = {Role.PAGE: OffsetMode.PAGE_NUMBER, Role.COUNT: OffsetMode.SIMPLE_INCREMENTING}


def by_window(evidence: Evidence) -> Iterator[Proposal]:
    """Windows as long as the one that was asked for, and from there on, where parameters name its begin and its end."""
    begin, end = _moment(evidence, AFTER_WORDS | BEGIN_WORDS), _moment(evidence, END_WORDS)
    if begin is None or end is None or begin is end:
        return
    length = read_moment(end.plain) - read_moment(begin.plain)
    if length < _SHORTEST_MS:
        return
    within = next((each for each in evidence.url.parameters if each.role in _WITHIN and not each.variable), None)
    variables = {begin.name: WINDOW_START, end.name: WINDOW_END} | ({within.name: OFFSET} if within else {})
    yield Proposal(
        OffsetMode.TIME_WINDOW,
        f"By their names the parameters `{shown(begin.name)}` and `{shown(end.name)}` ask for what is between two times.",
        {
            **evidence.base(OffsetMode.TIME_WINDOW),
            "http.request.parameters": "&".join(
                f"{each.name}={variables[each.name]}" if each.name in variables else str(each) for each in evidence.url.parameters
            ),
            "http.window.start": begin.plain, "http.window.length.ms": str(length), **_format(begin), **_paged(within),
        },
    )


def _moment(evidence: Evidence, words: frozenset[str]) -> Parameter | None:
    return next((each for each in evidence.url.parameters if words & set(words_of(unquote_plus(each.name))) and _is_moment(each)), None)


def _is_moment(parameter: Parameter) -> bool:
    if parameter.variable or (parameter.plain.isdecimal() and len(parameter.plain) < _EPOCH_DIGITS):
        return False
    try:
        return read_moment(parameter.plain) > 0
    except ValueError:
        return False


def _format(begin: Parameter) -> Mapping[str, str]:
    if not begin.plain.isdecimal():
        return {}
    written = WindowFormat.EPOCH_MS if len(begin.plain) >= _MILLISECOND_DIGITS else WindowFormat.EPOCH_S
    return {"http.window.format": written.value}


def _paged(within: Parameter | None) -> Mapping[str, str]:
    if within is None:
        return {}
    mode = _WITHIN[within.role]
    return {"http.window.offset.mode": mode.value, "http.initial.offset": within.value or ("1" if mode is OffsetMode.PAGE_NUMBER else "0")}
