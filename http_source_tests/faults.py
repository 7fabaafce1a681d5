"""The faults that the connector is tested against, by number: what happens, what a user sees, what holds for the data.

A test belongs to a fault when its name holds the number (`test_b12_…`) or its docstring begins with it.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault.

    Attributes:
        absent: why there is nothing to test; empty for a fault that tests show.
    """

    number: int
    happens: str
    seen: str
    absent: str = ""


AGAIN = "The same request comes again with the same offset; nothing of the page is produced."
STAYS = "The offset stays."

HTTP = (
    Fault(1, "connection refused", f"Host and port, attempt n of `max.retries`+1, seconds until the next. {AGAIN}"),
    Fault(2, "name cannot be resolved", f"The host name and the property `url`. {AGAIN}"),
    Fault(3, "connecting takes too long", f"`http.connect.timeout.ms`. {AGAIN}"),
    Fault(4, "no byte arrives", f"`http.request.timeout.ms`. {AGAIN}"),
    Fault(5, "bytes drip past the deadline", f"Cut off when `http.request.timeout.ms` is over, wherever it hangs. {AGAIN}"),
    Fault(6, "reset in the middle of the body", AGAIN),
    Fault(7, "chunked body cut off", f"Refused even if the JSON is complete. {AGAIN}"),
    Fault(8, "body shorter than Content-Length", AGAIN),
    Fault(9, "body longer than Content-Length", f"A JSON error with its place. {AGAIN}"),
    Fault(10, "compressed body cut off or damaged", f"Each compression is checked to its end. {AGAIN}"),
    Fault(11, "decompression bomb", f"Reading stops at `http.response.max.bytes`. {STAYS}"),
    Fault(12, "endless or huge body", f"Reading stops at `http.response.max.bytes`. {STAYS}"),
    Fault(13, "bomb in the body of an error or redirect", "The same limit."),
    Fault(14, "wrong Content-Type over JSON", "Nothing; the body is read."),
    Fault(15, "HTML with status 200", f"“not JSON”, with the first 200 bytes without secrets. {AGAIN}"),
    Fault(16, "204 and 205", f"A page without records. {STAYS}"),
    Fault(17, "200 with an empty body", f"An error: a server without records answers 204 or an empty array. {AGAIN}"),
    Fault(18, "body `null`", f"A page without records. {STAYS}"),
    Fault(19, "202 and 206", f"An error: they hold no whole page. {STAYS}"),
    Fault(20, "redirect of a GET within the origin", "Followed, five times at most."),
    Fault(21, "redirect to another origin", f"Refused with both origins before anything is sent there. {STAYS}"),
    Fault(22, "redirect from https to http", f"Refused, also to a host of `http.next.page.allowed.hosts`. {STAYS}"),
    Fault(23, "redirect loop or a chain of more than five", AGAIN),
    Fault(24, "redirect of a POST", f"Refused as a status; never sent again as a GET. {STAYS}"),
    Fault(25, "300 and 304", f"An error. {STAYS}"),
    Fault(26, "400 that is in `retry.on.status.codes`", f"Retried, with an excerpt of the body. {AGAIN}"),
    Fault(27, "status that is not in `retry.on.status.codes`", f"The entity fails at once and the property is named. {STAYS}"),
    Fault(28, "401 with OAuth 2, then good", "One new token, one more request, a line in the log."),
    Fault(29, "401 for ever", f"The entity fails after `max.retries`, and the credentials' property is named. {STAYS}"),
    Fault(30, "403", f"As any status; the advice is about the rights of the credentials. {STAYS}"),
    Fault(31, "408 and 429", f"Always retried. {AGAIN}"),
    Fault(32, "Retry-After in seconds", f"Waits at least so long. {AGAIN}"),
    Fault(33, "Retry-After as a date, past, negative, garbage", "Dates in three forms count; the rest is left out."),
    Fault(34, "Retry-After of years", "Cut to 15 minutes, and said."),
    Fault(35, "500 beyond `max.retries`", f"The entity fails with the count and an excerpt; what follows is said. {STAYS}"),
    Fault(36, "one bad entity among good ones", "The others go on."),
    Fault(37, "control characters and fake log lines in an answer", "Escaped, on one line."),
    Fault(38, "an answer repeats a secret", "`[hidden]`."),
    Fault(39, "Set-Cookie", "No cookie is kept."),
    Fault(40, "no HTTP: a banner, HTTP/0.9, TLS port spoken plain", f"Named as such. {AGAIN}"),
    Fault(41, "proxy in the environment", "Never used; `http.proxy.host` sets one, its password is hidden."),
    Fault(42, "~/.netrc holds the host", "Never read."),
    Fault(43, "certificate expired, of another host, of an unknown authority; client certificate missing",
        f"The reason, names and dates, and the property that helps; no byte of the request is sent. {AGAIN}"),
    Fault(44, "server speaks TLS 1.2 only", "Works, unless `https.ssl.enabled.protocols` has TLS 1.3 alone."),
)

OFFSETS = (
    Fault(45, "CURSOR_PAGINATION: last page without a token", "`http.cursor.end` decides; the records come once."),
    Fault(46, "token is a fraction, object, array or boolean", f"Names `http.next.page.json.pointer` and the kind. {STAYS}"),
    Fault(47, "token is empty", "As a missing one."),
    Fault(48, "the same token again", "Counts as the last page: asked at the interval, records once."),
    Fault(49, "tokens change, pages are empty", "Walks on, a page each interval; a cycle is told."),
    Fault(50, "empty page with a token", "Walks on."),
    Fault(51, "CHAINING: the last record has no offset", f"Names pointer and record. {STAYS}"),
    Fault(52, "CHAINING: the offset is null, an object or an array", f"Names pointer and record. {STAYS}"),
    Fault(53, "CHAINING: the offset goes back or stays", "The last record's value counts; staying is told."),
    Fault(54, "CHAINING: a page of equal sort values", "Told: the page size may be too small."),
    Fault(55, "SIMPLE_INCREMENTING: the initial offset is no integer", "Refused at start."),
    Fault(56, "SIMPLE_INCREMENTING: a page grows or shrinks", "By count."),
    Fault(57, "the initial offset changed while a position is stored", "The stored position wins."),
    Fault(58, 'token with `& + % = # / "`, blanks, other letters', "Arrives as it is; never another parameter."),
    Fault(59, "token with line breaks or NUL", "Encoded in a URL, escaped in a body; never another header."),
    Fault(60, "token holds `${entityName}`", "Stays as it is."),
    Fault(61, "next URL on another origin, in many disguises", f"Refused with both origins; nothing is sent there. {STAYS}"),
    Fault(62, "next URL is relative or only a query", "Resolved against the first one (RFC 3986)."),
    Fault(63, "offset of a megabyte", f"Refused: 64 KB are the most. {STAYS}"),
    Fault(64, "records deleted at the source while paging", "Nothing: the answers do not show it. SIMPLE_INCREMENTING counts on."),
)

JSON = (
    Fault(65, "data pointer leads nowhere", f"A warning with the keys that are there, never values. {STAYS}"),
    Fault(66, "data pointer leads through a scalar or null", f"As 65. {STAYS}"),
    Fault(67, "null at the data pointer", f"No records. {STAYS}"),
    Fault(68, "scalar at the data pointer", "One record."),
    Fault(69, 'the pointers "" and "/"', "As RFC 6901 says."),
    Fault(70, "`-`, `00`, `+1`, `-1`, a huge index", "Nothing is there."),
    Fault(71, "`~0`, `~1`, `~01`, a lone `~`", "Decoded; a lone one is refused at start."),
    Fault(72, "`$.a`, `a.b`, `#/a`", "Refused at start: “did you mean /a/b?”"),
    Fault(73, "null among records", "A record with the value null."),
    Fault(74, "invalid UTF-8", f"An error with the byte's place. {AGAIN}"),
    Fault(75, "byte order mark", "Left out."),
    Fault(76, "UTF-16", f"An error. {AGAIN}"),
    Fault(77, "NaN, Infinity", f"An error. {AGAIN}"),
    Fault(78, "half of a surrogate pair, escaped", "Passes as it is."),
    Fault(79, "NUL and line separators in strings", "Pass as they are."),
    Fault(80, "duplicate keys", "The last one counts on the way to records."),
    Fault(81, "integers beyond 2^53 and 2^63, long decimals", "Exact in JSON."),
    Fault(82, "a number of 100,000 digits", "Passes in JSON, in time that grows with its length only."),
    Fault(83, "nesting of 100,000", f"An error; the process and other entities go on. {AGAIN}"),
    Fault(84, "text after the document, two documents, JSON lines", f"An error. {AGAIN}"),
    Fault(85, "a page of 1,000,000 records", "Works, within `http.response.max.bytes`."),
)

REGISTRY = (
    Fault(104, "registry down, at start or later", f"Its address without credentials. {AGAIN}"),
    Fault(105, "401 and 403 from the registry", f"Names the variable or property to mend. {STAYS}"),
    Fault(106, "409: the schema is not compatible", f"The subject, the registry's reason, how to go on. {STAYS}"),
    Fault(107, "422: the schema is not valid", f"The registry's reason. {STAYS}"),
    Fault(108, "429 and 5xx from the registry", AGAIN),
    Fault(109, "a field appears or disappears", "One new version for the first, none for the second; all records arrive."),
    Fault(110, "an integer becomes a fraction between pages", "The field widens to a double."),
    Fault(111, "types differ inside one page", f"Refused with record, place and both types, before anything is produced. {STAYS}"),
    Fault(112, "types differ inside an array", f"As 111. {STAYS}"),
    Fault(113, "a field with nothing but null, an empty array or object", "Left out of the schema until its type is seen."),
    Fault(114, "names that Avro does not take", "Refused with the place, or scrubbed as Confluent does (`scrub.invalid.names`)."),
    Fault(115, "names that become one by scrubbing", f"Refused, both named. {STAYS}"),
    Fault(116, "names that Protobuf does not take", "As 114 and 115."),
    Fault(117, "nested records of one name and two shapes", "Names of their own, which stay over restarts."),
    Fault(118, "fields in another order", "The same schema."),
    Fault(119, "objects whose names are data", "A warning beyond 300 fields, refused beyond 1,000."),
    Fault(120, "a strategy that does not fit the format", "Refused at start."),
    Fault(121, "header ids beside a header of that name", "The schema's own takes its place."),
)

TRANSFORMS = (
    Fault(159, "unknown, abstract or twice named transforms and predicates", "Refused at start, in Connect's words."),
    Fault(160, "a transform fails on one record", f"Record, alias, place and cause; with `errors.tolerance=all` it is left out. {STAYS}"),
)

FAULTS = (*HTTP, *OFFSETS, *JSON, *REGISTRY, *TRANSFORMS)
