"""What a walk says of the configured way of paging: whether it fits, and which other way the pages look like.

Only what the pages show is claimed; what they may mean besides is said as a condition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from http_source.config.properties import ConnectorConfig, CursorEnd, OffsetMode, OffsetOptions, ResponseFormat
from http_source.config.rules.response import check_page_parameters
from http_source.model import Offset
from http_source.polling.modes.chaining import SAME_PAGE as SAME_OFFSET
from http_source.polling.modes.cursor_pagination import SAME_TOKEN
from http_source.polling.modes.order import FALLING, NOT_GREATEST, compared
from http_source.polling.modes.page_number import FIRST_PAGE_AGAIN, SAME_PAGE
from http_source.polling.walk import Step

Judge = Callable[[ConnectorConfig, Sequence[Step]], str]
"""A sentence about signs of another way of paging than the mode's; empty when there are none."""


def verdict(config: ConnectorConfig, steps: Sequence[Step], signpost: str) -> str:
    """One or two sentences about a walk; `signpost` is what would find the next page in its first answer. Empty without a step."""
    if not steps:
        return ""
    sign = _JUDGES[config.offsets.mode](config, steps)
    if not signpost or (not sign and _fits(steps)):
        return sign or expected(steps)
    modes = (config.offsets.mode, config.offsets.window_mode)
    prefix = "window." if OffsetMode.TIME_WINDOW in modes else ""
    mode = "" if OffsetMode.CURSOR_PAGINATION in modes else f"http.{prefix}offset.mode=CURSOR_PAGINATION with "
    return f"{sign or expected(steps)} The answer of page 1 names what looks like a next page: consider {mode}{signpost}."


def _fits(steps: Sequence[Step]) -> bool:
    """Whether pages with new records followed one another, and nothing else came."""
    return len([step for step in steps if step.fresh]) > 1 and not any(step.repeated or step.page.told for step in steps)


def expected(steps: Sequence[Step]) -> str:
    """What a walk without signs of another way has brought."""
    pages, records = counted(len(steps), "page"), sum(step.fresh + step.repeated for step in steps)
    hint = "; see the warnings" if any(step.page.told for step in steps) else ""
    if not records:
        return f"{pages} without records, which shows nothing of the paging{hint}."
    repeated = sum(step.repeated for step in steps)
    once = f"{repeated} of them again" if repeated else "each once"
    return f"{pages}, {counted(records, 'record')}, {once}{_order(steps)}{hint}."


def counted(number: int, noun: str) -> str:
    """Such as 1 page, 2 pages."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _order(steps: Sequence[Step]) -> str:
    values = compared(value for step in steps for value in step.values) or ()
    rises = len(values) > 1 and values[0] < values[-1] and all(one <= other for one, other in pairwise(values))
    return "; values rise" if rises else ""


def _pairs(steps: Sequence[Step]) -> Iterator[tuple[int, Step, Step]]:
    """Each page but the first: its number, the one before it, and itself."""
    return ((number, before, step) for number, (before, step) in enumerate(pairwise(steps), 2))


# SIMPLE_INCREMENTING


def _judge_counting(config: ConnectorConfig, steps: Sequence[Step]) -> str:
    if any(check_page_parameters(config)):
        return next(filter(None, (_as_page_number(*pair) for pair in _pairs(steps))), "")
    return next(filter(None, (_as_count(*pair) for pair in _pairs(steps))), "")


def _as_page_number(number: int, before: Step, step: Step) -> str:
    """Where the parameter's name counts pages."""
    use = "the parameter's name counts pages, so this looks like a page-number API: use http.offset.mode=PAGE_NUMBER."
    if step.repeated:
        return f"Page {number} brings records again, and {use}"
    if not step.served:
        return f"Page {number} is empty, and {use}"
    passed_over = f"the offset grew by {len(before.served)}" if len(before.served) > 1 else ""
    return passed_over and f"Between pages {number - 1} and {number} {passed_over}, but {use} Since records are counted, pages are skipped."


def _as_count(number: int, before: Step, step: Step) -> str:
    if not step.repeated:
        return ""
    if step.served == before.served:
        return (f"Page {number} is page {number - 1} again: the API ignores `${{offset}}`, or looks like a page-number API: use "
                "http.offset.mode=PAGE_NUMBER if it counts pages, and check the parameter's name if not.")
    if before.asked == 0 and step.repeated == 1 and step.served[0] == before.served[-1]:
        return (f"Page {number} begins with the last record of page {number - 1}: if the API counts records from 1, set "
                "http.initial.offset=1.")
    return (f"Page {number} does not begin where page {number - 1} ended, and brings {counted(step.repeated, 'record')} again: if the API "
            "counts pages, use http.offset.mode=PAGE_NUMBER.")


# PAGE_NUMBER


def _judge_pages(_: ConnectorConfig, steps: Sequence[Step]) -> str:
    shifted = next((number for number, before, step in _pairs(steps) if _is_shifted(before, step)), 0)
    if shifted:
        return (f"Page {shifted} begins with the second record of page {shifted - 1}: this looks like an API that counts records, use "
                "http.offset.mode=SIMPLE_INCREMENTING.")
    is_same = len(steps) > 1 and {SAME_PAGE, FIRST_PAGE_AGAIN.sentence} & set(steps[1].page.told)
    return _same_page(steps) if is_same else ""


def _is_shifted(before: Step, step: Step) -> bool:
    """Whether a page is the one before without its first record, and perhaps one more at the end."""
    rest = before.served[1:]
    return len(rest) > 1 and step.asked != before.asked and step.served != before.served and step.served[: len(rest)] == rest


def _same_page(steps: Sequence[Step]) -> str:
    first, second = steps[0].asked, steps[1].asked
    begins = "the API counts from 1 (set http.initial.offset=1), " if first == 0 else ""
    return (f"The answers for {first} and {second} begin with the same page: {begins}there is one page only, or the API ignores "
            "`${offset}` (check the parameter's name).")


# CHAINING


def _judge_chain(config: ConnectorConfig, steps: Sequence[Step]) -> str:
    newest = "" if config.offsets.chaining_order else "; if it serves the newest records first, set http.chaining.order=DESCENDING"
    for number, step in enumerate(steps, 1):
        if SAME_OFFSET in step.page.doubts or step.repeated:
            return (f"Page {number} brings {counted(step.again, 'record')} again: if the API ignores `${{offset}}`, check the "
                    f"parameter's name{newest}.")
        if {FALLING, NOT_GREATEST} & set(step.page.doubts):
            return (f"Values at `http.offset.json.pointer` do not rise on page {number}: if the API serves the newest records first, set "
                    "http.chaining.order=DESCENDING; if it can sort by that value, let it.")
        if len(step.served) == len(steps[0].served) and step.again > step.fresh > 0:
            return _hardly_moves(config.offsets, number, step)
    return ""


def _hardly_moves(offsets: OffsetOptions, number: int, step: Step) -> str:
    """Of a full page that is mostly known, as of the newest first before an id: what leads on there is the first record, not the last."""
    first = f"{offsets.data_pointer}/0{offsets.offset_pointer}"
    cursor = ("If the API serves the newest records first, those before `${offset}`, what comes next is before the first record: use "
              f"http.offset.mode=CURSOR_PAGINATION with http.next.page.json.pointer={first}. ")
    return (f"Page {number} brings {counted(step.again, 'record')} again, and {step.fresh} for the first time. "
            f"{cursor if offsets.format is ResponseFormat.JSON else ''}If many records share a value, ask for larger pages.")


# CURSOR_PAGINATION


def _judge_cursor(config: ConnectorConfig, steps: Sequence[Step]) -> str:
    asked, restarts = list[Offset](), config.offsets.cursor_end is CursorEnd.RESTART
    for number, step in enumerate(steps, 1):
        if step.next in asked[restarts:]:
            return f"Page {number} leads back to page {asked.index(step.next) + 1}: check where the token of the next page is taken from."
        # Single records may be alike, or come again of a list that changes meanwhile.
        is_same = bool(step.repeated) and step.repeated == len(step.served)
        if SAME_TOKEN in step.page.doubts or is_same:
            return (f"Page {number} brings {'records of pages before, and no other,' if is_same else 'its own token'} again: check that "
                    "`${offset}` is where the API expects its token, by the parameter's name.")
        asked.append(step.asked)
    return ""


# TIME_WINDOW


def _judge_windows(_: ConnectorConfig, steps: Sequence[Step]) -> str:
    for number, step in enumerate(steps, 1):
        if step.repeated:
            return (f"Page {number} brings {counted(step.repeated, 'record')} again: check that the API uses `${{windowStart}}` and "
                    "`${windowEnd}`, by the parameters' names.")
    return ""


_JUDGES: Mapping[OffsetMode, Judge] = {
    OffsetMode.SIMPLE_INCREMENTING: _judge_counting,
    OffsetMode.PAGE_NUMBER: _judge_pages,
    OffsetMode.CHAINING: _judge_chain,
    OffsetMode.CURSOR_PAGINATION: _judge_cursor,
    OffsetMode.TIME_WINDOW: _judge_windows,
}
