"""Links to the next page in headers (RFC 8288), the odd ones as well."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions, RequestOptions
from http_source.errors import PageRefused
from http_source.model import Page, Position, Response
from http_source.polling.link import Link, links_of, next_page
from http_source.polling.modes.cursor_pagination import SAME_TOKEN
from http_source.polling.page import PageReader
from http_source.polling.request import RequestBuilder
from http_source_tests.polling.samples import builder, options

URL = "https://api.test/v1/items?page=1"
NEXT = "https://api.test/v1/items?page=2"
START = Position("")
LINKED = options(OffsetOptions, mode=OffsetMode.CURSOR_PAGINATION, next_page_header="Link")


@pytest.mark.parametrize(
    "header",
    [
        f'<{NEXT}>; rel="next"',
        f"<{NEXT}>;rel=next",
        f"<{NEXT}>; REL=Next",
        f'<{NEXT}>; rel="last NEXT prefetch"',
        f'<{NEXT}>; rel="prefetch\tnext"',
        f'<{NEXT}>; rel=next; title="a, b; c"',
        f'<{NEXT}>; title="a\\"; rel=prev"; rel="next"',
        f'<{NEXT}>; title="<https://evil.test>; rel=prev"; rel="next"',
        f"<{NEXT}> ; rel = next ; crossorigin",
        f'<{NEXT}>; rel="next',
        f"<{NEXT}>;;; ;rel=next;",
        f"<{NEXT}>; rel=next; rel=prev",
        f"<{NEXT}>; title*=UTF-8''n%c3%a4chste; rel=next; hreflang=de",
        f"<{NEXT}>; rel=ne\\xt, <{NEXT}>; rel=next",
        f'<{NEXT}>; rel="ne\\xt"',
        f", ,<{URL}>; rel=first, ,\t, <{NEXT}>; rel=next, <https://api.test/3>; rel=next,",
        f"<{URL}>, <{NEXT}>; rel=next",
        f"<{URL}>; rel=prev, <{NEXT}>; rel=next",
        f'<{URL}>; rel="prev" , <{NEXT}> ; rel="next" ; anchor="{URL}"',
        f'<{NEXT}>; rel=next; anchor=""',
        f'<{NEXT}>; rel=next; anchor="#part"',
        f'<{NEXT}>; rel=next; anchor="/v1/items?page=1"',
        f'<https://api.test/3>; rel=next; anchor="https://api.test/other", <{NEXT}>; rel=next',
        f'<https://api.test/3>; rel=next; anchor="http://[", <{NEXT}>; rel=next',
        f"no link, <{NEXT}>; rel=next",
        f"https://api.test/3; rel=next, <{NEXT}>; rel=next",
        f"<https://api.test/3, <{NEXT}>; rel=next",
        "<?page=2>; rel=next",
        "</v1/items?page=2>; rel=next",
        "<//api.test/v1/items?page=2>; rel=next",
        "<../v1/items?page=2#top>; rel=next",
        "< ?page=2 >; rel=next",
    ],
)  # fmt: skip
def test_b198_the_first_next_page_is_found_in_every_form(header: str) -> None:
    assert next_page(header, URL) == NEXT


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        f"<{NEXT}>",
        f"<{NEXT}>; rel=prev",
        f"<{NEXT}>; rel",
        f'<{NEXT}>; rel=""',
        f"<{NEXT}>; rel=nextpage",
        f"<{NEXT}>; rel=prev; rel=next",
        f"<{NEXT}>; rev=next",
        f"<{NEXT}>, rel=next",
        f"<{NEXT}; rel=next",
        f"{NEXT}; rel=next",
        f'<{NEXT}>; title="rel=next; rel=next"',
        f'<{NEXT}>; rel=next; anchor="https://api.test/v1/items?page=9"',
        "next",
    ],
)  # fmt: skip
def test_b198_what_is_no_next_page_of_this_one_is_none(header: str) -> None:
    assert next_page(header, URL) == ""


@pytest.mark.parametrize(
    ("target", "absolute"),
    [
        ("https://api.test/a,b;c?d=e,f;g", "https://api.test/a,b;c?d=e,f;g"),
        ('?q=a b"c', "https://api.test/v1/items?q=a%20b%22c"),
        ("?q=caf\xc3\xa9", "https://api.test/v1/items?q=caf%C3%A9"),
        ("?q=%7B%22a%22%7D", "https://api.test/v1/items?q=%7B%22a%22%7D"),
        ("", URL),
        ("https://other.test:8443/x", "https://other.test:8443/x"),
    ],
)
def test_b198_a_url_is_taken_as_it_is_and_what_no_url_can_hold_is_encoded(target: str, absolute: str) -> None:
    assert next_page(f"<{target}>; rel=next", URL) == absolute


@pytest.mark.parametrize(
    "target", ["ftp://api.test/", "javascript:alert(1)", "mailto:a@api.test", "file:///etc/passwd", "http://[", "http://",
               "https://me@api.test/", "data:,x", "https://caf\xe9.test", "https://\u20ac.test", "https://a\\@evil.test"],
)  # fmt: skip
def test_b198_a_next_page_is_an_http_url_or_the_page_fails(target: str) -> None:
    with pytest.raises(PageRefused) as refused:
        page_of(f"<{target}>; rel=next")
    assert not refused.value.retriable


@pytest.mark.parametrize("target", ["https://", "//", "https:\\\\evil.test/", "/\\evil.test", "\\\\evil.test", "https:evil.test"])
def test_b198_what_only_looks_like_another_host_stays_at_the_one_that_answered(target: str) -> None:
    assert next_page(f"<{target}>; rel=next", URL).startswith("https://api.test/")


names = st.sampled_from(["rel", "title", "REL", "hreflang", "anchor", "x-y", "type*"])
words = st.text(st.sampled_from("abc<>,;=\"\\ '\t/?#"), max_size=8)
targets = st.text(st.sampled_from("abc,;=\"\\'/?#&:%20"), max_size=12)


def written(target: str, parameters: list[tuple[str, str]], blank: str) -> str:
    """A link as the grammar has it, each value quoted."""
    quoted = [(name, value.replace("\\", "\\\\").replace('"', '\\"')) for name, value in parameters]
    return f"<{target}>" + "".join(f'{blank};{blank}{name}{blank}={blank}"{value}"' for name, value in quoted)


def first_of_each(parameters: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in reversed(parameters)}


@given(st.lists(st.tuples(targets, st.lists(st.tuples(names, words), max_size=4)), max_size=5), st.sampled_from(["", " ", "\t "]))
def test_b198_what_the_grammar_allows_is_read_as_it_was_meant(links: list[tuple[str, list[tuple[str, str]]]], blank: str) -> None:
    header = f"{blank},{blank}".join(written(target, parameters, blank) for target, parameters in links)
    assert list(links_of(header)) == [Link(target, first_of_each(parameters)) for target, parameters in links]


@given(st.text(st.sampled_from('<>,;="\\ relnxt\t\r\n/:.#[é'), max_size=60) | st.text(max_size=30))
@example('<a>; rel="next\\')
@example('<a>;rel=next;=;="')
def test_b198_any_text_gives_an_absolute_url_or_nothing_or_is_refused(header: str) -> None:
    try:
        found = next_page(header, URL)
    except PageRefused:
        return
    assert found == "" or (found.startswith(("https://", "http://")) and "#" not in found)


@given(st.text(st.sampled_from("<>,;= relnxt/"), max_size=40))
def test_b198_a_line_that_is_no_link_hides_none_behind_it(line: str) -> None:
    """Without quotes: one that is never closed reaches to the end of the header, as RFC 8288 B.4 has it."""
    assert [link.target for link in links_of(f"{line}, <b>; rel=next")][-1] == "b"


@pytest.mark.parametrize("piece", ["<", ",", ";", "<a>", "<a>;", " ", '"', "\\", '<a>;b="', "<,", ";=", '=\\"'])
def test_b198_the_longest_headers_are_read_in_no_time(piece: str) -> None:
    """In time that grows with their length; squared, these would take minutes."""
    assert next_page(piece * (1_000_000 // len(piece)), URL) == ""


def page_of(link: str, position: Position = START, url: str = URL) -> Page:
    return PageReader(LINKED).read(Response(200, url, b"[1]", {"link": link}), position)


def test_b198_a_link_is_stored_absolute_and_its_absence_is_the_end() -> None:
    first = page_of('<?page=2#top>; rel="next"')
    assert (first.position.offset, first.progressed) == (NEXT, True)
    last = page_of("", first.position)
    assert (last.position.offset, last.position.delivered, last.progressed) == (NEXT, 1, False)


def test_b198_a_link_is_resolved_against_the_url_that_answered() -> None:
    assert page_of("<more>; rel=next", url="https://b.test/c/d").position.offset == "https://b.test/c/more"


def test_b198_a_link_to_the_page_itself_counts_as_the_last_one_and_names_the_property() -> None:
    page = page_of(f"<{NEXT}>; rel=next", Position(NEXT))
    assert (page.position.offset, page.progressed, page.doubts) == (NEXT, False, (SAME_TOKEN,))
    assert "`http.next.page.header`" in page.doubts[0].sentence


@pytest.mark.parametrize(("value", "offset"), [(" a b= ", "a b="), ("", ""), ("   ", ""), ("<x>; rel=next", "<x>; rel=next"), ("7", "7")])
def test_b198_another_header_is_its_value_as_it_is(value: str, offset: str) -> None:
    settings = replace(LINKED, next_page_header="X-Next-Cursor")
    page = PageReader(settings).read(Response(200, URL, b"[1]", {"x-next-CURSOR": value}), Position(""))
    assert page.position.offset == offset


def test_b198_a_header_of_more_than_64_kb_is_no_offset() -> None:
    settings = replace(LINKED, next_page_header="X-Next-Cursor")
    with pytest.raises(PageRefused, match=r"`http\.next\.page\.header` finds a text of 65537 bytes"):
        PageReader(settings).read(Response(200, URL, b"[1]", {"X-Next-Cursor": "x" * 65_537}), Position(""))


def linked(initial: str = "", **values: str) -> RequestBuilder:
    return builder(options(RequestOptions, **{"url": "https://api.test/v1/items", **values}), initial=initial, next_page_header="Link")


def test_b198_a_link_is_the_next_request_as_it_is_where_no_template_holds_the_offset() -> None:
    """Shopify refuses parameters beside those of its links."""
    requests = linked(parameters="status=any&limit=50")
    assert [requests.build(offset).url for offset in ("", "https://api.test/v1/items?page_info=x&limit=50")] == [
        "https://api.test/v1/items?status=any&limit=50", "https://api.test/v1/items?page_info=x&limit=50",
    ]


def test_b198_a_link_is_posted_to_with_the_same_body() -> None:
    request = linked(method="POST", body="{}").build(NEXT)
    assert (request.method, request.url, request.body) == ("POST", NEXT, b"{}")


def test_b198_an_initial_offset_is_the_first_request() -> None:
    requests = linked("?page=7")
    assert [requests.build(offset).url for offset in ("?page=7", NEXT)] == ["https://api.test/v1/items?page=7", NEXT]


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"url": "${offset}"}, NEXT),
        ({"parameters": "at=${offset}"}, "https://api.test/v1/items?at=https://api.test/v1/items?page=2"),
        ({"method": "POST", "body": '"${offset}"'}, "https://api.test/v1/items"),
    ],
)
def test_b198_a_link_goes_where_a_template_has_it(values: dict[str, str], asked: str) -> None:
    assert linked(URL, **values).build(NEXT).url.replace("%3F", "?").replace("%3D", "=") == asked


def test_without_links_an_offset_that_stands_nowhere_is_not_sent() -> None:
    request = builder(options(RequestOptions, url="https://api.test/v1/items"))
    assert request.build(NEXT).url == "https://api.test/v1/items"
