"""The faults of answers that break HTTP, or are not the JSON that was expected."""

from http_source_tests.fault import AGAIN, STAYS, Fault

PROTOCOL = (
    Fault(225, "an answer breaks HTTP: its first line, its headers, its length, its chunks; a 204, 205 or 304 announces a body; something "
        "follows the body", "What RFC 9112 lets a client correct is read; all else is refused at once, by name. It never counts as the "
        f"next answer, and nothing waits for the time-out. {AGAIN}"),
    Fault(226, "`Content-Encoding: deflate`", "Read with and without zlib's header, to its end mark."),
    Fault(227, "redirect of a POST; a circle of redirects; several places; a failure behind a redirect",
        f"The message says where it leads, without its query, and to set `url`; from http to https of the same host as well. {STAYS}"),
    Fault(229, "an answer in another charset, or in another format than JSON",
        "A charset that Content-Type names, or UTF-16 and UTF-32 by their bytes, is decoded. HTML with its title, XML, NDJSON, CSV and "
        f"others are named with what to do. {AGAIN}"),
)
