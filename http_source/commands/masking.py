"""What of an exchange may be shown: everything but what people put keys into.

Secret-typed properties and header values are always hidden. A fixed parameter is hidden unless it can be no key: `limit=500` and
`sort=updated` stay readable. A value with a template variable stays, since it is what a preview is for.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from http_source.assembly.redaction import redactor
from http_source.config.likely_keys import is_named_as_key, may_be_key
from http_source.config.properties import ConnectorConfig, RequestOptions
from http_source.config.redact import MEMBER
from http_source.config.types import text_of
from http_source.foreign.redactor import HIDDEN
from http_source.foreign.text import LONGEST, LOOKED_AT, Foreign, readable
from http_source.model import Offset, Position, Request, Value
from http_source.polling.modes import mode_of
from http_source.polling.repeated import secrets_of
from http_source.polling.request import RequestBuilder

IsKey = Callable[[str, str], bool]
"""Whether a value may be a key, by its name and itself."""

_BETWEEN_TOKENS = re.compile(rb"[\r\n\t]\s*")
_SHOWN_HEADERS = frozenset({"accept", "accept-encoding", "content-length", "content-type", "user-agent"})


class Mask:
    """Hides the keys of one connector."""

    def __init__(self, config: ConnectorConfig) -> None:
        self._config = config
        self.text = redactor(config)
        """Takes the keys out of foreign text."""

    def request(self, entity: str, position: Position) -> Request:
        """The request for a position; the keys are hidden before it is rendered, so that no encoding brings one back. Without headers."""
        initial = self._config.offsets.initial
        offsets = replace(self._config.offsets, initial=initial and str(self.offset(initial)))
        hidden = dict.fromkeys(secrets_of(self._config.auth, self._config.request), HIDDEN)
        request = RequestBuilder(masked(self._config.request), entity, mode_of(offsets), hidden).at(self.position(position))
        body = None if request.body is None else self.text(request.body.decode()).encode()
        return Request(request.method, self.text(request.url.replace(quote(HIDDEN), HIDDEN)), {}, body)

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The names of all headers, with the values of those that say what kind of data is exchanged."""
        configured = text_of(self._config.request.sensitive_headers).lower()
        shown = {name for name in headers if name.lower() in _SHOWN_HEADERS and name.lower() not in configured}
        return {name: value if name in shown else HIDDEN for name, value in headers.items()}

    def excerpt(self, record: Value) -> str:
        """The beginning of a record; line breaks and tabs, which JSON has between its tokens only, become blanks."""
        start = _BETWEEN_TOKENS.sub(b" ", memoryview(record)[:LOOKED_AT])
        text = readable(Foreign(start), self.text)
        return f"{text}…" if len(text) == LONGEST else text

    def offset(self, offset: Offset) -> Offset:
        """An offset; a next-page URL may carry keys of its own, told by their names."""
        return self.text(_masked_url(offset, is_named_as_key)) if isinstance(offset, str) else offset

    def position(self, position: Position) -> Position:
        """A position with its offsets so."""
        within = position.within and self.position(position.within)
        return replace(position, offset=self.offset(position.offset), within=within)


def masked(options: RequestOptions) -> RequestOptions:
    """What a request is made of, with `[hidden]` for each fixed value that may be a key, and without headers."""
    return replace(
        options,
        url=_masked_url(options.url, may_be_key),
        parameters=options.parameters and _masked_query(options.parameters, options.parameters_separator, may_be_key),
        body=options.body and MEMBER.sub(_masked_member, options.body),
        headers=None,
        sensitive_headers=None,
    )


def _masked_url(text: str, is_key: IsKey) -> str:
    address, mark, query = text.partition("?")
    return address + mark + _masked_query(query, "&", is_key)


def _masked_query(query: str, separator: str, is_key: IsKey) -> str:
    items = (item.partition("=") for item in query.split(separator))
    return separator.join(f"{name}={HIDDEN}" if is_key(name, value) else name + mark + value for name, mark, value in items)


def _masked_member(match: re.Match[str]) -> str:
    return f'{match[1]}"{HIDDEN}"' if is_named_as_key(match[2], match[3]) else match[0]
