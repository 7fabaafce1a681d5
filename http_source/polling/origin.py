"""The origin of a URL, and the gate that keeps requests at it: configured headers and credentials go nowhere else (RFC 6454)."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from http_source.errors import PageRefused
from http_source.foreign.text import escape

DEFAULT_PORTS = {"http": 80, "https": 443}

_FORM = re.compile(r"https?://(?P<authority>[^/?#]+)", re.IGNORECASE)
_MOST_KEPT = 1_000
_NEVER = re.compile(r"[\\\x00-\x20\x7f]")


class Origin(NamedTuple):
    """Scheme, host and port as the client that sends reads them; the host in lower case, the port never left out."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{escape(self.host)}:{self.port}"

    @property
    def authority(self) -> str:
        """Host and port, as a property names them: the port only if it is not that of the scheme."""
        return escape(self.host) if self.port == DEFAULT_PORTS[self.scheme] else f"{escape(self.host)}:{self.port}"


def ascii_url(url: str) -> str:
    """The URL with an international host name in ASCII, as names are looked up (IDNA 2008, RFC 5891).

    Resolvers follow older rules, by which `faß.example` is another host. Raises PageRefused for a host that is no such name.
    """
    try:
        return url if url.isascii() else parse_url(url).url
    except LocationParseError:
        raise _refused("its host or port is not valid") from None


def origin_of(url: str) -> Origin:
    """The origin of an absolute http or https URL, as the client reads it that sends it.

    Raises PageRefused for anything that two parsers could read differently: user info, backslashes, blanks and control characters,
    percent-encoded hosts and such with other letters than ASCII's.
    """
    form = _FORM.match(url)
    if form is None:
        raise _refused("it is not an absolute http or https URL")
    if _NEVER.search(url):
        raise _refused("it holds a backslash, a blank or a control character")
    if "@" in form["authority"]:
        raise _refused("it carries a user name, which could disguise another host")
    if "%" in form["authority"] or not form["authority"].isascii():
        raise _refused("its host is percent-encoded, or holds letters beyond ASCII")
    return _parsed(form[0])


@lru_cache(_MOST_KEPT)
def _parsed(start: str) -> Origin:
    """The origin of what a URL begins with, up to its path: the same for most requests of a task."""
    try:
        parsed = parse_url(start)
    except LocationParseError:
        raise _refused("its host or port is not valid") from None
    if not parsed.scheme or not parsed.host:
        raise _refused("it names no host")
    return Origin(parsed.scheme, parsed.host, parsed.port or DEFAULT_PORTS[parsed.scheme])


def _refused(reason: str) -> PageRefused:
    return PageRefused(
        f"A URL of the next page or of a redirect is refused: {reason}. Accepted is a URL such as https://host/path; for next pages see "
        "`http.next.page.json.pointer`, `http.next.page.header` and `url`.",
        retriable=False,
    )


class Gate:
    """Lets a URL through when it stays at the origin of the first one, or goes to an allowed host without giving up https."""

    def __init__(self, first_url: str, allowed_hosts: Iterable[str] = ()) -> None:
        self._home = origin_of(ascii_url(first_url))
        schemes = ("https",) if self._home.scheme == "https" else ("http", "https")
        self._allowed = {self._home} | {origin_of(ascii_url(f"{scheme}://{host}")) for scheme in schemes for host in allowed_hosts}

    @property
    def home(self) -> Origin:
        """The origin of the first URL."""
        return self._home

    def refuse_foreign(self, url: str) -> None:
        """Raise PageRefused, naming both origins, when the URL leads elsewhere; nothing may have been sent to it yet."""
        origin = origin_of(url)
        if origin not in self._allowed:
            raise PageRefused(
                f"A next-page URL or redirect leads from {self._home} to {origin}, and nothing was sent there: configured headers and "
                f"credentials stay at their origin. {self._advice(origin)}",
                retriable=False,
            )

    def _advice(self, origin: Origin) -> str:
        if origin.host == self._home.host and origin.scheme == "https" and self._home.scheme == "http":
            return "The API is served by https: set `url` to https://, so that nothing is sent in clear text."
        if origin.scheme == "http" and self._home.scheme == "https":
            return "Requests that begin with https never continue in clear text: let the API's links begin with https."
        return f"If that host may receive them, set `http.next.page.allowed.hosts` to {origin.authority}."
