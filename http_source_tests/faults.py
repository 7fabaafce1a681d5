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

KAFKA = (
    Fault(86, "broker down at start", "Its address, and that the run failed; nothing is asked. The sensor's next run tries again."),
    Fault(87, "broker down for a moment, killed or frozen",
        "A warning every now and then, with what the client heard; two pages of an entity wait. Nothing is lost or repeated."),
    Fault(88, "broker down past `message.timeout.ms`",
        "The run fails; the next one asks for the page again. What the broker took all the same is repeated, nothing is lost."),
    Fault(89, "connection lost when the broker has received the records", "Sent again by the client; the broker writes them once."),
    Fault(90, "topic authorization failed", f"The entity fails with topic, principal and right. {STAYS}"),
    Fault(91, "cluster authorization failed, at brokers before 2.8", f"The run fails and names IDEMPOTENT_WRITE. {STAYS}"),
    Fault(92, "sign-in with SASL failed",
        "The run fails with address, mechanism and the broker's reason, never the secret; nothing is asked."),
    Fault(93, "topic unknown, and brokers create none", f"The entity fails: create it, or set `topic.creation.…`. {STAYS}"),
    Fault(94, "record larger than its topic, or anything, takes",
        f"The entity fails with index and size of the record, and `max.message.bytes`. {STAYS}"),
    Fault(95, "the client's queue is full", "Nothing; it waits for room and drops nothing."),
    Fault(96, "record or topic refused by the broker", f"The entity fails with the record's index and the broker's reason. {STAYS}"),
    Fault(97, "replicas are missing", "As 87."),
    Fault(98, "fenced producer",
          "Another run took over, and which; this one ends at once and moves no position. What it had not committed does not count."),
    Fault(99, "transaction open for too long",
          f"Told from 98 by the time-out. Kafka aborted it, and no consumer that reads committed sees any of it. {AGAIN}"),
    Fault(100, "unknown outcome of a commit",
          "Asked for again while the run lasts. The next start fences it and reads what was committed: nothing is lost or repeated."),
    Fault(101, "sequence out of order, or unknown producer id",
        "The client takes a new id, or the run fails and the next one has a new client; at most the page is repeated."),
    Fault(102, "topic.name.pattern gives an illegal or reserved name",
        "Refused at start, each named; one that a transform gives fails its entity with the broker's reason."),
    Fault(103, "topics that differ in . and _ only",
        "A warning with both; where the broker creates no second one, the entity fails and the first one is named."),
)

REGISTRY = (
    Fault(104, "registry down, at start or later",
          f"Its address without credentials. {AGAIN} With `errors.retry.timeout` the page is converted again without being asked for."),
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

PROCESS = (
    Fault(122, "kill -9 before a page is produced",
        "The next tick marks the run failed: its process is gone. The next run goes on; nothing is repeated."),
    Fault(123, "kill -9 in the middle of a page",
        "As 122; the page comes again. With `exactly.once.support` no reader sees its first part."),
    Fault(124, "kill -9 between acknowledgement and checkpoint",
        "As 122; what came since the last checkpoint is repeated. With `exactly.once.support` the two are one."),
    Fault(125, "kill -9 after a checkpoint", "The run is shown as failed, the offsets are right; nothing is repeated."),
    Fault(126, "SIGTERM, or termination in the UI",
        "Pages on their way are finished and stored within 20 s; what is given up is named, and the next run asks again."),
    Fault(127, "a run freezes, is replaced, and wakes up",
        "It ends and says that it was marked as ended; no older position takes the place of a newer one."),
    Fault(128, "two runs of one entity", "The second one ends and names the first; nothing is polled twice."),
    Fault(129, "the daemon ends between starting a run and storing the cursor",
        "Nothing more is started, or a second run that goes on after the first."),
    Fault(130, "a tick fails or times out", "It is shown as failed; the next one does its work, and an edited offset is taken then."),
    Fault(131, "the key of a run was used before", "Runs have none, so none is silently left out."),
    Fault(132, "the code is reloaded while a run polls",
        "The run ends as it began; runs of the new code wait for it and go on from there."),
    Fault(133, "Dagster's storage is locked or away",
        "Polling goes on; the checkpoint is tried four times, then the run fails and says what to check. The offset stays."),
    Fault(134, "a person edits the cursor to garbage", "Told; offsets are restored from the event log."),
    Fault(135, "a stored position is garbage, or of another version or offset mode",
        f"The entity fails with the way out; it never starts again from `http.initial.offset` by itself. {STAYS}"),
    Fault(136, "an old run is executed again from the UI", "It goes on from today's offset."),
    Fault(137, "a queue of stale runs", "Nothing is added to it; each finds another at work, or nothing due, and ends at once."),
    Fault(138, "the clock jumps", "Pauses within a run do not notice; one between runs is 15 minutes, or the interval, at most."),
    Fault(139, "the disk is full at a checkpoint", "The run fails; the last checkpoint stands, and what came since is repeated."),
    Fault(140, "an entity is removed and added again", "It goes on from its offset."),
    Fault(141, "`auto.restart.on.user.error=false`",
        "The entity stays FAILED until a person moves or materializes it, or edits its entry in the cursor."),
    Fault(142, "a page does not fit into the memory that the run may use",
        f"The entity fails with what to change, or, when the process is killed, the run; both come back with growing pauses. {STAYS}"),
)

TRANSFORMS = (
    Fault(159, "unknown, abstract or twice named transforms and predicates", "Refused at start, in Connect's words."),
    Fault(160, "a transform fails on one record", f"Record, alias, place and cause; with `errors.tolerance=all` it is left out. {STAYS}"),
)

STRANGERS = (
    Fault(187, "credentials and TLS are to come from Dagster, or from a launchpad",
        "The resources `auth_…` and `tls_…` have a field for each property; one that is set acts and wins over the file. "
        "They hold nothing of the file."),
    Fault(188, "the Kafka client needs compression, lingering, a client's certificate or OAUTHBEARER",
        "`producer.override.…` takes what Java's producer calls it, the resource `kafka` any property of librdkafka's. What would break a "
        "promise is refused by name."),
    Fault(249, "assets are to be called otherwise, or two code locations have connectors of one name",
        "A translator, or a component's `translation`, chooses key, group, owners, tags, kinds and automation. Runs, transactions and "
        "positions are told apart by the asset's key."),
)

FAULTS = (*HTTP, *OFFSETS, *JSON, *KAFKA, *REGISTRY, *PROCESS, *TRANSFORMS, *STRANGERS)
