"""The request for an offset: everything that does not depend on it is prepared once, since a task may send a thousand a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Self
from urllib.parse import unquote_plus, urljoin

from http_source.config.findings import doubt
from http_source.config.lists import parse_parameters
from http_source.config.placeholders import is_sent
from http_source.config.properties import ConnectorConfig, RequestOptions
from http_source.config.variables import ENTITY, OFFSET
from http_source.errors import Finding, PageRefused, PositionRefused
from http_source.model import Offset, Position, Request
from http_source.polling.modes import Mode, mode_of
from http_source.polling.omission import without_offset
from http_source.polling.origin import ascii_url
from http_source.polling.repeated import Secrets, recalled
from http_source.polling.request_body import Body
from http_source.polling.request_headers import Headers
from http_source.polling.standing import misfit
from http_source.polling.template import Known, Template, parameter_template, url_template

_MOST_ENTITIES = 100


@dataclass(frozen=True, slots=True)
class _Form:
    """What requests are made of, with gaps for the offset."""

    url: Template
    parameters: tuple[tuple[str, Template], ...]
    headers: Headers
    body: Body | None

    @classmethod
    def of(cls, options: RequestOptions, known: Known, *, typed: bool) -> Self:
        gets = options.method == "GET"
        given = parse_parameters(options.parameters or "", options.parameters_separator) if gets else ()
        parameters = tuple((name, parameter_template(f"{name}={value}", known)) for name, value in given)
        body = None if gets or options.body is None else Body(options, known, typed=typed)
        return cls(url_template(options.url, known), parameters, Headers(options, known), body)


class RequestBuilder:
    """Builds the requests of one entity, for the positions of a mode.

    Where `url` is nothing but `${offset}`, a relative next-page URL is resolved against the entity's first one (RFC 3986 §5).
    """

    def __init__(self, options: RequestOptions, entity: str, mode: Mode, secrets: Secrets = MappingProxyType({})) -> None:
        """`secrets` are put where a stored URL has marks for them."""
        self._mode = mode
        self._entity = entity
        self._recall = recalled(options, secrets)
        # An offset that stands in no template is then the next request's URL.
        self._follows = mode.options.next_is_link and not is_sent(OFFSET, options)
        self._options = options
        self._options_of_empty = without_offset(options) if mode.options.omits_empty else None
        self._fill(mode.known(Position(mode.start)))
        self._first_url = self._form_for(mode.first).url.render(mode.first)

    @property
    def first_url(self) -> str:
        """Where the entity's first request goes. Raises PageRefused when that is no URL."""
        return ascii_url(self._url_at(self._form_for(self._mode.first), self._mode.first))

    def at(self, position: Position) -> Request:
        """The request that asks for what comes at a position. Raises PositionRefused for one of another mode, else as `build`."""
        if refusal := misfit(self._mode.name, position):
            raise PositionRefused(refusal)
        if (known := self._mode.known(position)) != self._known:
            self._fill(known)
        return self.build(self._mode.asks(position))

    def build(self, offset: Offset) -> Request:
        """The request that asks for what comes at the offset.

        Raises PageRefused when that gives no URL, a header that cannot be sent, or no JSON where the body is JSON otherwise.
        """
        form = self._form_for(offset)
        body = None if form.body is None else form.body.render(offset)
        return Request(self._options.method, ascii_url(self._url_at(form, offset)), form.headers.render(offset), body)

    def _fill(self, known: Known) -> None:
        """Prepare everything that does not depend on the offset."""
        self._known = known
        filled = {ENTITY: self._entity, **known}
        self._form = _Form.of(self._options, filled, typed=self._mode.is_typed)
        empty = self._options_of_empty
        self._form_of_empty = _Form.of(empty, filled, typed=self._mode.is_typed) if empty else self._form

    def _form_for(self, offset: Offset) -> _Form:
        return self._form_of_empty if offset == "" else self._form

    def _url_at(self, form: _Form, offset: Offset) -> str:
        if self._follows and offset != "":
            # Without others: there are APIs that refuse parameters beside those of their links.
            return self._recall(_joined(self._first_url, str(offset)).partition("#")[0])
        url = form.url.render(self._recall(offset) if isinstance(offset, str) and "[configured" in offset else offset)
        if not form.url.gaps:
            return _with_query(url, [template.render(offset) for _, template in form.parameters])
        url = _joined(self._first_url, url).partition("#")[0]
        # A next-page URL mostly repeats the parameters of the one before: they are not added twice.
        present = set(_names_in(url))
        return _with_query(url, [template.render(offset) for name, template in form.parameters if name not in present])


def check_first_request(config: ConnectorConfig) -> Iterator[Finding]:
    """The headers and the body of an entity's first request can be sent; a doubt, since a stored offset wins over the first one."""
    try:
        mode = mode_of(config.offsets)
        known = mode.known(Position(mode.start))
        request = without_offset(config.request) if mode.first == "" and config.offsets.omits_empty else config.request
        entities = islice(config.request.entities, _MOST_ENTITIES)
        forms = [_Form.of(request, {ENTITY: entity, **known}, typed=mode.is_typed) for entity in entities]
    except ValueError:
        return  # told by the rule of the property
    found = [doubt(name, reason) for form in forms for name, reason in _refusals(form, mode.first)]
    yield from dict.fromkeys(found)


def _refusals(form: _Form, offset: Offset) -> Iterator[tuple[str, str]]:
    for name, part in (("http.request.headers", form.headers), ("http.request.body", form.body)):
        try:
            _ = part and part.render(offset)
        except PageRefused as refusal:
            yield name, f"An entity's first request would fail. {refusal}"


def _joined(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        message = "`url` with the offset in it is not a URL. The server should give a URL such as https://host/path, or a path; see `url`."
        raise PageRefused(message, retriable=False) from None


def _names_in(url: str) -> Iterator[str]:
    return (unquote_plus(item.partition("=")[0]) for item in url.partition("?")[2].split("&"))


def _with_query(url: str, parameters: list[str]) -> str:
    if not parameters:
        return url
    separator = "" if url.endswith(("?", "&")) else "&" if "?" in url else "?"
    return url + separator + "&".join(parameters)
