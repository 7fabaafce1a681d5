"""Where the records are in an answer, what to ask for next, and what happens when there is none."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, LIST, POINTER, STATUS_RANGES, STRING, Integer, OneOf, StatusRanges


class OffsetMode(StrEnum):
    """How the next offset follows from a response (specification: `http.offset.mode`)."""

    SIMPLE_INCREMENTING = "SIMPLE_INCREMENTING"
    CHAINING = "CHAINING"
    CURSOR_PAGINATION = "CURSOR_PAGINATION"


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
    """Response and offsets: where the records are and what to ask for next."""

    data_pointer: str = prop("http.response.data.json.pointer", POINTER, "", HIGH,
        "JSON Pointer (RFC 6901) to the records: an array is its elements, an object or scalar is one record. Empty: the whole answer.")
    mode: OffsetMode = prop("http.offset.mode", OneOf(*OffsetMode), OffsetMode.SIMPLE_INCREMENTING, HIGH,
        "Decides how the next `${offset}` follows: counting records, from the last record, or from a token in the answer.")
    initial: str | None = prop("http.initial.offset", STRING, None, HIGH,
        "`${offset}` of the first request; a stored offset wins over it.")
    offset_pointer: str | None = prop("http.offset.json.pointer", POINTER, None, MEDIUM,
        "CHAINING: JSON Pointer, relative to a record, to the value that becomes the next `${offset}`.")
    as_string: bool = prop("use.http.offset.json.pointer.as.string", BOOLEAN, True, MEDIUM,
        "CHAINING: false stores an integer offset as a JSON number instead of text.")
    next_page_pointer: str | None = prop("http.next.page.json.pointer", POINTER, None, MEDIUM,
        "CURSOR_PAGINATION: JSON Pointer to the token, URL or URL fragment of the next page.")
    cursor_end: CursorEnd = prop("http.cursor.end", OneOf(*CursorEnd), CursorEnd.FOLLOW, MEDIUM,
        "CURSOR_PAGINATION: after the last page, `follow` asks for it again and produces what it gained, `restart` begins anew, `stop` ends.")
    allowed_hosts: tuple[str, ...] = prop("http.next.page.allowed.hosts", LIST, (), LOW,
        "Other hosts (`host` or `host:port`) that a next-page URL or redirect may lead to; they receive the configured headers and credentials.")
    omits_empty: bool = prop("http.empty.offset.omit", BOOLEAN, False, MEDIUM,
        "With true, a query parameter, header or member of a JSON body whose value is just `${offset}` is left out while the offset is empty, so `http.initial.offset` may be left out too.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOptions:
    """Retries: what happens when a request fails."""

    max_retries: int = prop("max.retries", Integer(minimum=0), 10, MEDIUM,
        "A request that failed this often again fails its entity; the other entities go on.")
    backoff_ms: int = prop("retry.backoff.ms", Integer(minimum=100), 3_000, MEDIUM,
        "Passes before a failed request is sent again; a longer `Retry-After` of the server wins.")
    backoff_policy: BackoffPolicy = prop("retry.backoff.policy", OneOf(*BackoffPolicy), BackoffPolicy.CONSTANT_VALUE, MEDIUM,
        "CONSTANT_VALUE waits `retry.backoff.ms` each time; EXPONENTIAL_WITH_JITTER doubles it with each retry, by chance up to a quarter less.")
    on_status_codes: StatusRanges = prop("retry.on.status.codes", STATUS_RANGES, STATUS_RANGES.parse("400-"), MEDIUM,
        "Status codes and ranges (`404,408,500-`) that are asked again; 401, 408 and 429 always are. Any other error fails the entity at once.")
    auto_restart: bool = prop("auto.restart.on.user.error", BOOLEAN, True, MEDIUM,
        "A failed entity starts again after growing pauses; with false it waits until a person materializes its partition or edits its offset.")
