"""The request for an offset: everything that does not depend on it is prepared once, since a task may send a thousand a second."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from urllib.parse import unquote_plus, urljoin

from http_source.config.lists import parse_headers, parse_parameters
from http_source.config.properties import AuthOptions, AuthType, KeyLocation, OffsetMode, RequestOptions
from http_source.config.rules import holds_offset
from http_source.errors import PageRefused, PositionRefused
from http_source.model import Offset, Position, Request
from http_source.polling.modes import MODES
from http_source.polling.offsets import misfit
from http_source.polling.origin import ascii_url
from http_source.polling.template import Template, body_template, parameter_template, url_template


class RequestBuilder:
    """Builds the requests of one entity.

    `initial` is the entity's first offset: where `url` is nothing but `${offset}`, a relative next-page URL is resolved against the
    first one (RFC 3986 §5). `mode` is the connector's, whose positions can be asked for. With `links` an offset that stands in no
    template is the next request's URL.
    """

    def __init__(
        self, options: RequestOptions, entity: str, initial: Offset = "", mode: OffsetMode = OffsetMode.SIMPLE_INCREMENTING, *,
        links: bool = False,
    ) -> None:
        self._mode = mode
        self._follows = links and not holds_offset(options)
        self._method = options.method
        self._headers = headers_of(options)
        self._url = url_template(options.url, entity)
        self._first_url = self._url.render(initial)
        self._parameters = tuple(_parameters(options, entity)) if options.method == "GET" else ()
        self._body = body_template(options.body, entity) if options.method == "POST" and options.body is not None else None

    def at(self, position: Position) -> Request:
        """The request that asks for what comes at a position. Raises PositionRefused for one of another mode, else as `build`."""
        if refusal := misfit(self._mode, position):
            raise PositionRefused(refusal)
        return self.build(MODES[self._mode].asks(position))

    def build(self, offset: Offset) -> Request:
        """The request that asks for what comes at the offset. Raises PageRefused when that gives no URL."""
        body = None if self._body is None else self._body.render(offset).encode()
        return Request(self._method, ascii_url(self._url_at(offset)), self._headers, body)

    def _url_at(self, offset: Offset) -> str:
        if self._follows and offset != "":
            # As it is: there are APIs that refuse parameters beside those of their links.
            return _joined(self._first_url, str(offset)).partition("#")[0]
        if not self._url.gaps:
            return _with_query(self._first_url, [template.render(offset) for _, template in self._parameters])
        url = _joined(self._first_url, self._url.render(offset)).partition("#")[0]
        # A next-page URL mostly repeats the parameters of the one before: they are not added twice.
        present = set(_names_in(url))
        return _with_query(url, [template.render(offset) for name, template in self._parameters if name not in present])


def forgotten(auth: AuthOptions) -> Callable[[str], str]:
    """What takes the API key out of a next-page URL that repeats it: it is added to each request anyway, and must not be stored."""
    if auth.type is AuthType.API_KEY and auth.key_location is KeyLocation.QUERY:
        return partial(_without_parameter, name=auth.key_name)
    return str


def _without_parameter(url: str, name: str) -> str:
    address, mark, query = url.partition("?")
    items = [item for item in query.split("&") if unquote_plus(item.partition("=")[0]) != name]
    return address + mark + "&".join(items) if mark else url


def headers_of(options: RequestOptions) -> Mapping[str, str]:
    """The headers of every request: sensitive ones win over plain ones, and those over the defaults; names in any case are the same."""
    sensitive = options.sensitive_headers.reveal() if options.sensitive_headers else ""
    defaults = [("Accept", "application/json"), *([("Content-Type", "application/json")] if options.method == "POST" else [])]
    written = [pair for text in (options.headers or "", sensitive) for pair in parse_headers(text, options.headers_separator)]
    by_name = {name.lower(): (name, value) for name, value in (*defaults, *written)}
    return MappingProxyType(dict(by_name.values()))


def _joined(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        message = "`url` with the offset in it is no URL. Its server should give a URL such as https://host/path, or a path; see `url`."
        raise PageRefused(message, retriable=False) from None


def _parameters(options: RequestOptions, entity: str) -> Iterator[tuple[str, Template]]:
    for name, value in parse_parameters(options.parameters or "", options.parameters_separator):
        yield name, parameter_template(f"{name}={value}", entity)


def _names_in(url: str) -> Iterator[str]:
    return (unquote_plus(item.partition("=")[0]) for item in url.partition("?")[2].split("&"))


def _with_query(url: str, parameters: list[str]) -> str:
    if not parameters:
        return url
    separator = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return url + separator + "&".join(parameters)
