"""Faults of the ways of paging, and of what is sent."""

from http_source_tests.fault import AGAIN, Fault

PAGING = (
    Fault(190, "the API counts pages, where records are counted",
        "`validate` warns of a parameter whose name says so; `http.offset.mode=PAGE_NUMBER` takes every page, and what the last gains."),
    Fault(191, "an answer with a good status holds an error, or lacks the array of records",
        f"With `http.response.error.json.pointer`, or `http.response.data.required`, the page fails with the text, or the keys. {AGAIN}"),
    Fault(192, "the data pointer is wrong, beside a token of the next page",
        "The pages are walked through, and no offset is stored until the pointer has matched: once it is fixed, all records are delivered. "
        "Meanwhile `status` and the check say so."),
    Fault(193, "CHAINING: the API returns delivered records again, since its filter is inclusive or it ignores the offset",
        "Delivered records are left out. If the offset cannot advance, `status` and the check report the cause and what to do."),
    Fault(194, "CHAINING: the API returns the newest records first, or unsorted",
        "Reported with the first such page if values are comparable; `http.chaining.order` handles it, or refuses the page."),
    Fault(195, "CHAINING: records with the same value are split between two pages",
        "With a greater-or-equal filter nothing is lost. With a greater-than filter a detectable loss is reported."),
    Fault(196, "the cursor is an array or object", "With `use.http.offset.json.pointer.as.string=false` it is sent as it is."),
    Fault(198, "the next page is named in a header", "`http.next.page.header`: `Link` as RFC 8288 has it, or a token in any other."),
    Fault(199, "only the last page has the link to what changed since", "Of several pointers the first that leads to something counts."),
    Fault(200, "a status stands for no records, or for a token whose time is over",
        "`http.response.empty.status.codes` and `oauth2.renew.on.status.codes` say which."),
    Fault(197, "an API refuses the empty offset of a first request",
        "`http.empty.offset.omit` leaves it out of the query, the headers and a JSON body; `http.initial.offset` is not demanded then."),
    Fault(201, "variables in headers, secrets and token parameters, or such that nobody knows",
        "Replaced in headers; a value that no header can hold fails the entity and names the header. Elsewhere a mistake, without the "
        "secret. What a config provider gives is not judged."),
    Fault(202, "an offset turns a JSON body into something else, or a body is not JSON",
        "Not sent, and the property is named; `validate` warns of both, and of typographic quotation marks by name. The offset stays."),
    Fault(203, "parameters without `=`, `key.converter.*` without keys, a context with blanks or for JSON", "A warning, or a mistake."),
    Fault(204, "an integer with many digits, blanks or `_` as an offset",
        "Every integer is taken and nothing else, by `http.initial.offset` and `offsets set` alike."),
    Fault(205, "a mistake in a value that may hold a key", "The value is shown but for the parts in which people put keys."),
)
