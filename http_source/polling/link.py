"""Web links in the header `Link` (RFC 8288 §3): which URL is the next page.

Read by the algorithm of RFC 8288 appendix B, which takes much that the grammar forbids. Further than that, what is no link is passed
over up to the next comma: several lines of the header come as one text, and a faulty line must not hide the ones behind it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from http_source.errors import PageRefused
from http_source.polling.origin import origin_of

_BETWEEN = re.compile(r"[\s,]*")
_JUNK = re.compile(r"[^,]*")
_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s=;,]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;,]*)))?[^;,]*', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_IN_URLS = "%!#$&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the header.

    Attributes:
        target: the reference between `<` and `>`.
        parameters: values by their names in lower case; of equal names the first, as RFC 8288 §3.3 has it.
    """

    target: str
    parameters: Mapping[str, str]

    @property
    def relations(self) -> list[str]:
        """The relation types, in lower case: they are the same in any (RFC 8288 §2.1)."""
        return self.parameters.get("rel", "").lower().split()


def next_page(header: str, url: str) -> str:
    """The absolute URL that an answer from `url` links to as the next page, without a fragment; empty when there is none.

    A link whose `anchor` is another resource is not this page's (RFC 8288 §3.2). Raises PageRefused when the first next page is no URL
    that can be asked for.
    """
    return next((_absolute(link.target, url) for link in links_of(header) if "next" in link.relations and _is_of(link, url)), "")


def links_of(header: str) -> Iterator[Link]:
    """The links, in order."""
    at = _end_of(_BETWEEN, header, 0)
    while at < len(header):
        if target := _TARGET.match(header, at):
            parameters, at = _parameters(header, target.end())
            yield Link(target[1].strip(), parameters)
        at = _end_of(_BETWEEN, header, _end_of(_JUNK, header, at))


def _parameters(header: str, at: int) -> tuple[Mapping[str, str], int]:
    """The parameters that stand here, and where they end."""
    found: dict[str, str] = {}
    while parameter := _PARAMETER.match(header, at):
        name, quoted, plain = parameter.groups()
        found.setdefault(name.lower(), (plain or "").strip() if quoted is None else _ESCAPED.sub(r"\1", quoted))
        at = parameter.end()
    return found, at


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _is_of(link: Link, url: str) -> bool:
    anchor = link.parameters.get("anchor", "")
    try:
        return urljoin(url, anchor).partition("#")[0] == url
    except ValueError:
        return False


def _absolute(target: str, url: str) -> str:
    """RFC 3986 §5; bytes that no URL can hold are encoded as they came (http.client reads headers as Latin-1)."""
    try:
        absolute = urljoin(url, quote(target.encode("latin-1"), safe=_IN_URLS)).partition("#")[0]
    except ValueError:
        raise PageRefused("The header `Link` names a next page that is not a URL; see `http.next.page.header`.", retriable=False) from None
    origin_of(absolute)
    return absolute
