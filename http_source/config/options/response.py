"""Where the records are in an answer, what to ask for next, and what happens when there is none."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import (
    BOOLEAN,
    HEADER_NAME,
    LIST,
    MOMENT,
    NO_STATUS,
    POINTER,
    POINTERS,
    STATUS_RANGES,
    STRING,
    Integer,
    OneOf,
    StatusRanges,
)

MOST_MS = 3_653 * 86_400_000
"""Ten years."""

CONDITION = "If-None-Match"
"""The header that `http.conditional.requests` sends (RFC 9110 §13.1.2)."""


class OffsetMode(StrEnum):
    """How the next offset follows from a response (specification: `http.offset.mode`)."""

    SIMPLE_INCREMENTING = "SIMPLE_INCREMENTING"
    CHAINING = "CHAINING"
    CURSOR_PAGINATION = "CURSOR_PAGINATION"
    PAGE_NUMBER = "PAGE_NUMBER"
    TIME_WINDOW = "TIME_WINDOW"


class ChainingOrder(StrEnum):
    """How the values at `http.offset.json.pointer` are ordered within a page."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    NONE = "NONE"


class WindowFormat(StrEnum):
    """How the borders of a window are written."""

    ISO_8601 = "iso-8601"
    EPOCH_MS = "epoch-ms"
    EPOCH_S = "epoch-s"


class ResponseFormat(StrEnum):
    """What the body of an answer is."""

    JSON = "JSON"
    NDJSON = "NDJSON"


class CursorEnd(StrEnum):
    """What follows the page that names no next one."""

    FOLLOW = "follow"
    RESTART = "restart"
    STOP = "stop"


class BackoffPolicy(StrEnum):
    """How the pauses before retries grow."""

    CONSTANT_VALUE = "CONSTANT_VALUE"
    EXPONENTIAL_WITH_JITTER = "EXPONENTIAL_WITH_JITTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetOptions:
    """Response and offsets: where the records are and what to request next."""

    format: ResponseFormat = prop("http.response.format", OneOf(*ResponseFormat), ResponseFormat.JSON, MEDIUM,
        "NDJSON takes each line of an answer for a record, byte for byte, and no pointers into the answer.")
    data_pointer: str = prop("http.response.data.json.pointer", POINTER, "", HIGH,
        "JSON Pointer (RFC 6901) to the records: an array is its elements, an object or scalar is one record. Empty: the whole answer.")
    data_required: bool = prop("http.response.data.required", BOOLEAN, False, LOW,
        "With true an answer without anything at `http.response.data.json.pointer` fails and is requested again, instead "
        "of being a page without records.")
    error_pointer: str | None = prop("http.response.error.json.pointer", POINTER, None, MEDIUM,
        "JSON Pointer to an error in an answer with a good status: anything there but null, false, 0 or an empty value fails the "
        "page, which is requested again.")
    mode: OffsetMode = prop("http.offset.mode", OneOf(*OffsetMode), OffsetMode.SIMPLE_INCREMENTING, HIGH,
        "Decides how the next `${offset}` follows: counting records, from the last record, from a token in the answer, counting pages, "
        "or through windows of time.")
    initial: str | None = prop("http.initial.offset", STRING, None, HIGH,
        "`${offset}` of the first request; a stored offset wins over it.")
    offset_pointer: str | None = prop("http.offset.json.pointer", POINTER, None, MEDIUM,
        "CHAINING: JSON Pointer, relative to a record, to the value that becomes the next `${offset}`.")
    as_string: bool = prop("use.http.offset.json.pointer.as.string", BOOLEAN, True, MEDIUM,
        "CHAINING: false stores an integer offset as a JSON number instead of text. CHAINING, CURSOR_PAGINATION: false takes an array or object, "
        "too, as JSON.")
    chaining_order: ChainingOrder | None = prop("http.chaining.order", OneOf(*ChainingOrder), None, MEDIUM,
        "CHAINING: ASCENDING refuses a page whose last value is not its greatest, DESCENDING continues after its greatest, NONE compares nothing.")
    page_size: int | None = prop("http.page.size", Integer(minimum=1), None, MEDIUM,
        "The number of records in a full page, as requested from the API: PAGE_NUMBER leaves a full page at once, CHAINING knows what the end of a page may have cut off.")
    next_page_pointers: tuple[str, ...] = prop("http.next.page.json.pointer", POINTERS, (), MEDIUM,
        "CURSOR_PAGINATION: JSON Pointer to the token, URL or URL fragment of the next page; of several with commas between them, "
        "the first one that leads to something other than null, false or an empty value is used.")
    next_page_header: str | None = prop("http.next.page.header", HEADER_NAME, None, MEDIUM,
        "CURSOR_PAGINATION: the header that leads to the next page, instead of a pointer: of `Link` the URL with `rel=next` (RFC 8288), which is "
        "the next request if `${offset}` is not used; of any other its value.")
    cursor_end: CursorEnd = prop("http.cursor.end", OneOf(*CursorEnd), CursorEnd.FOLLOW, MEDIUM,
        "CURSOR_PAGINATION, PAGE_NUMBER: after the last page, `follow` requests it again and produces what it gained, `restart` begins with the first page again, "
        "`stop` ends.")
    window_start: int | None = prop("http.window.start", MOMENT, None, MEDIUM,
        "TIME_WINDOW: where the first window begins, and what all borders are counted from; a stored position wins over it.")
    window_length_ms: int = prop("http.window.length.ms", Integer(minimum=1000, maximum=MOST_MS), 86_400_000, MEDIUM,
        "TIME_WINDOW: the length of a window, from `${windowStart}`, included, to `${windowEnd}`, not included.")
    window_format: WindowFormat = prop("http.window.format", OneOf(*WindowFormat), WindowFormat.ISO_8601, MEDIUM,
        "TIME_WINDOW: writes the borders as `2026-01-31T00:00:00Z`, or as milliseconds or seconds since 1970.")
    window_mode: OffsetMode | None = prop("http.window.offset.mode", OneOf(*(mode for mode in OffsetMode if mode != "TIME_WINDOW")), None, MEDIUM,
        "TIME_WINDOW: how to page within a window, by `${offset}`, which starts again in each; if not set, one answer is a whole window.")
    window_lag_ms: int = prop("http.window.lag.ms", Integer(minimum=0, maximum=MOST_MS), 0, MEDIUM,
        "TIME_WINDOW: a window is requested only when it has been over for this time; records of it that the API gets later are lost.")
    page_max: int | None = prop("http.page.max", Integer(minimum=1), None, LOW,
        "The most pages with records that an entity follows one after another in a run. If there are more, it is FAILED until a person acts: a "
        "guard against paging that never ends.")
    conditional: bool = prop("http.conditional.requests", BOOLEAN, False, LOW,
        f"With true, the last page is requested with the `ETag` of its answer (`{CONDITION}`, RFC 9110), and 304 says that it holds nothing new.")
    allowed_hosts: tuple[str, ...] = prop("http.next.page.allowed.hosts", LIST, (), LOW,
        "Other hosts (`host` or `host:port`) that a next-page URL or redirect may lead to; they receive the configured headers and credentials.")
    omits_empty: bool = prop("http.empty.offset.omit", BOOLEAN, False, MEDIUM,
        "With true, a query parameter, header or member of a JSON body whose value is just `${offset}` is left out while the offset is empty, so `http.initial.offset` may be left out too.")

    @property
    def next_is_link(self) -> bool:
        """Whether the next page is linked to (RFC 8288)."""
        return (self.next_page_header or "").lower() == "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOptions:
    """Retries: what happens when a request fails."""

    max_retries: int = prop("max.retries", Integer(minimum=0), 10, MEDIUM,
        "How often a failed request is sent again before its entity is FAILED; the other entities are still polled.")
    backoff_ms: int = prop("retry.backoff.ms", Integer(minimum=100), 3_000, MEDIUM,
        "The pause before a failed request is sent again; a longer `Retry-After` of the server wins.")
    backoff_policy: BackoffPolicy = prop("retry.backoff.policy", OneOf(*BackoffPolicy), BackoffPolicy.CONSTANT_VALUE, MEDIUM,
        "CONSTANT_VALUE waits `retry.backoff.ms` each time; EXPONENTIAL_WITH_JITTER doubles it with each retry, less a random part of at most a quarter.")
    on_status_codes: StatusRanges = prop("retry.on.status.codes", STATUS_RANGES, STATUS_RANGES.parse("400-"), MEDIUM,
        "Status codes and ranges (`404,408,500-`) after which a request is sent again, as it always is after 401, 408 and 429. Any other error fails the entity at once.")
    empty_status_codes: StatusRanges = prop("http.response.empty.status.codes", STATUS_RANGES, NO_STATUS, MEDIUM,
        "Status codes and ranges (`304,404`) of answers that are pages without records, whatever is in them; "
        "wins over `retry.on.status.codes`.")
    auto_restart: bool = prop("auto.restart.on.user.error", BOOLEAN, True, MEDIUM,
        "A failed entity starts again after growing pauses; with false it waits until a person materializes its partition or edits its offset.")
