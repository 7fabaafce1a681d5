"""TIME_WINDOW: one window of time after another, each paged through to its end before the next begins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from http_source.config.findings import doubt
from http_source.config.moments import read_moment, written
from http_source.config.placeholders import is_sent
from http_source.config.properties import ConnectorConfig, CursorEnd, OffsetMode, OffsetOptions, WindowFormat
from http_source.config.variables import OFFSET, WINDOW_END, WINDOW_START
from http_source.errors import Finding, PageRefused, PositionRefused
from http_source.model import Doubt, Lasts, Offset, Page, Position, Value, header_of
from http_source.polling.limit_moment import http_moment
from http_source.polling.link import next_page
from http_source.polling.modes.boundary import MOST, digest_of, longer, number_in, parted, without
from http_source.polling.modes.chaining import Chaining
from http_source.polling.modes.cursor_pagination import CursorPagination
from http_source.polling.modes.mode import Answer, Forget, Mode, moved
from http_source.polling.modes.page_number import PageNumber
from http_source.polling.modes.simple_incrementing import SimpleIncrementing
from http_source.polling.modes.window import Windows, at_border

START, LENGTH, FORMAT = "http.window.start", "http.window.length.ms", "http.window.format"
MODE, LAG = "http.window.offset.mode", "http.window.lag.ms"
EARLY = Doubt(
    "This host's clock says that the window is over, and the API's clock (its `Date` header), which is more than a minute behind, that it "
    "is not. Nothing of the answer is taken, and the window is requested again until both say so. Set the clock that is wrong.",
    Lasts.UNTIL_AN_ANSWER,
)
NOT_OVER = "The window is not over yet by http.window.lag.ms, so nothing of the answer is taken: a run requests it once it is."
UNFOLLOWED = Doubt(
    "An answer leads to a next page by its header `Link`, but one answer counts as the whole window, so the rest of it is lost. Set "
    "http.window.offset.mode=CURSOR_PAGINATION with http.next.page.header=Link.",
    Lasts.A_DAY,
)
SAME_WINDOW = Doubt(
    "The first page of a window is that of the window before, byte for byte: if the API ignores `${windowStart}` and "
    "`${windowEnd}`, each window brings the same records again. Check the names of the parameters, and http.window.format.",
    Lasts.UNTIL_RECORDS,
)
TOO_MANY = Doubt(
    f"The API includes the end of a window, and more than {MOST} records may be of that moment, so some of them may be delivered twice. "
    "Let it leave the end out, or set other borders.",
    Lasts.A_DAY,
)

_MINUTE_S = 60.0
_WITHIN: Mapping[str, type[Mode]] = {mode.name: mode for mode in (SimpleIncrementing, Chaining, CursorPagination, PageNumber)}


class TimeWindow(Mode):
    """The offset of a position is the beginning of a window, which is asked for when it is over by `http.window.lag.ms`.

    A position within a window has the place there, by the mode of `http.window.offset.mode`, and the window's end, so that a window that
    was begun is finished as it was, whatever the properties are by then.
    """

    name = OffsetMode.TIME_WINDOW
    needs = (START,)
    owns = (START, LENGTH, FORMAT, MODE, LAG)
    sample = {  # noqa: RUF012 - nobody changes it
        "http.request.parameters": f"from={WINDOW_START}&to={WINDOW_END}",
        START: "2026-01-01T00:00:00Z",
        "http.response.data.json.pointer": "",
    }
    starts_from = START
    starts_empty = True

    def __init__(self, options: OffsetOptions, forget: Forget = str) -> None:
        super().__init__(options, forget)
        self._windows = Windows(options)
        self._lag = options.window_lag_ms
        self._pages = _WITHIN[options.window_mode](options, forget) if options.window_mode else None

    @property
    def start(self) -> Offset:
        """Where the first window begins."""
        return self._windows.start

    @property
    def first(self) -> Offset:
        """That of the mode within."""
        return self._pages.start if self._pages else ""

    def asks(self, position: Position) -> Offset:
        """That of the mode within."""
        return self._pages.asks(self._within(position)) if self._pages else ""

    def known(self, position: Position) -> Mapping[str, str]:
        """The window's borders."""
        self._within(position)
        return {WINDOW_START: self._windows.write(str(position.offset)), WINDOW_END: self._windows.write(self._end(position))}

    def wait(self, position: Position, now: float) -> float:
        """Until the window is over by the lag."""
        return 0.0 if self.refusal(position.offset) else max(0.0, self._over(position) - now)

    def shown(self, position: Position) -> Offset:
        """The window, and the place in it."""
        within = self.asks(position)
        return position.offset if within == "" or position.within is None else f"{position.offset}, {within}"

    @property
    def pointer(self) -> str:
        """That of the mode within."""
        return self._pages.pointer if self._pages else ""

    def next(self, answer: Answer, position: Position) -> Page:
        """Go on within the window, or to the next one. Raises as the mode within does."""
        early = self._over(position) - _clock_of(answer)
        if early > 0:
            return self._too_early(answer, position, early)
        within = self._within(position)
        page = self._pages.next(answer, within) if self._pages else _whole(answer, within)
        fresh, again = parted(page.records, position.boundary)
        begins = digest_of(answer.records) if position.within is None else position.digest
        page = replace(page, records=fresh, doubts=(*page.doubts, *_repeated(answer, again, position, begins)))
        position = replace(
            position,
            digest=begins,
            boundary=without(position.boundary, again) if again else position.boundary,
            gathered=longer(position.gathered, at_border(page.records, self._end(position))),
        )
        leads_on = page.progressed or page.at_once or page.position.offset != within.offset
        return self._goes_on(page, position) if leads_on else self._goes_over(page, position, answer.at)

    @property
    def is_typed(self) -> bool:
        """As those of the mode within."""
        return self._pages is not None and self._pages.is_typed

    def read(self, offset: Offset) -> Offset:
        """A moment."""
        return written(read_moment(offset))

    @classmethod
    def refusal(cls, offset: Offset) -> str:
        """Anything but a moment is refused."""
        try:
            is_moment = written(read_moment(offset)) == offset
        except ValueError:
            is_moment = False
        if not is_moment:
            return ("The stored offset is not a moment, which TIME_WINDOW needs. Set one, such as 2026-01-31T00:00:00Z, with "
                    "`http-source offsets set`, or start from http.window.start with `http-source offsets reset`.")
        return ""

    @classmethod
    def check(cls, config: ConnectorConfig) -> Iterator[Finding]:
        """Borders can be written, and are sent; what the mode within demands."""
        options = config.offsets
        if options.window_format is WindowFormat.EPOCH_S and ((options.window_start or 0) % 1000 or options.window_length_ms % 1000):
            yield Finding(FORMAT, f"Seconds write no milliseconds; let {START} and {LENGTH} be whole seconds, or set epoch-ms.")
        if options.cursor_end is not CursorEnd.FOLLOW:
            yield Finding("http.cursor.end", f"With http.offset.mode={cls.name} the next window follows the last page; remove it.")
        for variable in (each for each in (WINDOW_START, WINDOW_END) if not is_sent(each, config.request)):
            yield doubt("url", f"{variable} is not used in any request, so answers hold records of other windows, too; send both borders.")
        if options.window_mode:
            yield from _WITHIN[options.window_mode].check(config)
        elif options.initial is not None:
            yield Finding("http.initial.offset", f"It is for {OFFSET}, which needs {MODE}; set that, or remove it.")

    def _too_early(self, answer: Answer, position: Position, seconds: float) -> Page:
        if answer.at < self._over(position):
            # Only who does not wait sees this, as in a preview.
            return Page((), position, progressed=False, warnings=(NOT_OVER,))
        return Page((), position, progressed=False, pause=seconds, doubts=(EARLY,) if seconds > _MINUTE_S else ())

    # Within a window, and over its end

    def _goes_on(self, page: Page, position: Position) -> Page:
        is_ahead = page.position.order != self._within(position).order
        sequence = position.sequence + (is_ahead or bool(page.records))
        at = replace(position, within=page.position, until=self._end(position), ahead=page.position.ahead, sequence=sequence)
        return replace(page, position=at)

    def _goes_over(self, page: Page, position: Position, now: float) -> Page:
        """The next window begins where this one ends."""
        over = replace(position, within=None, until="", ahead=0, boundary=position.gathered, gathered="")
        at = moved(over, offset=self._end(position))
        return replace(page, position=at, progressed=self.wait(at, now) == 0, is_last=True)

    def _within(self, position: Position) -> Position:
        """The place in the window. Raises PositionRefused for one of another mode."""
        name = self._pages.name.value if self._pages else ""
        if position.within is None:
            return Position(self.first, mode=name)
        if position.within.mode != name:
            raise PositionRefused(
                f"The stored place in the window at {position.offset} is of {MODE}={position.within.mode or 'nothing'}, but that is now "
                f"{name or 'not set'}. Begin the window again with `http-source offsets set` and {position.offset}, or set the mode back."
            )
        return position.within

    def _end(self, position: Position) -> str:
        return self._windows.end_of(str(position.offset)) if self.refusal(position.until) else position.until

    def _over(self, position: Position) -> float:
        """When the window counts as over, in seconds since the epoch."""
        return (read_moment(self._end(position)) + self._lag) / 1000


def _whole(answer: Answer, within: Position) -> Page:
    """The page that is all of its window."""
    return Page(answer.records, within, progressed=False, doubts=(UNFOLLOWED,) if _leads_on(answer) else ())


def _leads_on(answer: Answer) -> bool:
    try:
        return bool(next_page(header_of(answer.headers, "link"), answer.url))
    except PageRefused:
        return True


def _clock_of(answer: Answer) -> float:
    """The API's own, where it says what time it is (RFC 9110 §6.6.1); else this host's."""
    said = http_moment(header_of(answer.headers, "date"))
    return answer.at if said is None else said


def _repeated(answer: Answer, again: Sequence[Value], position: Position, begins: str) -> tuple[Doubt, ...]:
    # One record may well be as the one before, such as a count.
    is_same = position.within is None and len(answer.records) > 1 and begins == position.digest
    has_too_many = again and number_in(position.boundary) >= MOST
    return (*((SAME_WINDOW,) if is_same else ()), *((TOO_MANY,) if has_too_many else ()))


def modes_within(options: OffsetOptions) -> tuple[type[Mode], ...]:
    """The mode within windows, if there is one."""
    return (_WITHIN[options.window_mode],) if options.mode is OffsetMode.TIME_WINDOW and options.window_mode else ()
