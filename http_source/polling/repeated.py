"""Keys that next-page URLs repeat of the configuration are not stored with them, under whatever name."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote, unquote, unquote_plus

from http_source.config.header_lists import SENSITIVE, pairs_of
from http_source.config.likely_keys import may_be_key
from http_source.config.lists import parse_parameters
from http_source.config.placeholders import is_sent
from http_source.config.properties import AuthOptions, RequestOptions, properties_of
from http_source.config.variables import OFFSET, holds, like_variables, literal
from http_source.errors import PageRefused
from http_source.polling.template import parameter_template

_MARK = "[configured]"
"""Stands in a stored link for the value of a parameter that the configuration has."""

_SECRET = re.compile(r"\[configured:(.+)\]")
_SHORTEST_SECRET = 6
"""Shorter ones are found by chance, too."""

Secrets = Mapping[str, str]
"""The configured texts that no stored URL may hold, each by where it stands in the configuration."""

Write = Callable[[str], str | None]
"""An item of a query → the item as it is to be; None for one that goes."""


def forgotten(auth: AuthOptions, request: RequestOptions, *, parameter: str = "", links: bool = False) -> Callable[[str], str]:
    """What takes out of a next-page URL what it repeats: the `parameter` that the credentials add, and configured ones that may be keys.

    Where the offset is the request's URL they are added to each request anyway; a link that is followed as it is (`links`) gets marks in
    their place. Elsewhere a URL is a token, which the API wants back as it is.
    """
    secrets = secrets_of(auth, request)
    names = [parameter] if parameter else []
    follows = links and not is_sent(OFFSET, request)
    if not follows and not holds(request.url, OFFSET):
        return partial(_each, write=str, without=names) if names else str
    keys = _keys(request) if follows else dict(_of_parameters(request))
    return partial(_each, write=partial(_marked if follows else _unrepeated, keys=keys, secrets=secrets), without=names)


def recalled(request: RequestOptions, secrets: Secrets) -> Callable[[str], str]:
    """What puts the configured values where a stored URL has their marks. It raises PageRefused for one that is not configured any more."""
    return partial(_each, write=partial(_filled, keys=_keys(request), secrets=secrets))


def secrets_of(auth: AuthOptions, request: RequestOptions) -> Secrets:
    """Those of the credentials, the sensitive headers and the parameters."""
    given = {known.name: getattr(auth, field) for field, known in properties_of(AuthOptions).items() if known.secret}
    texts = {name: secret.reveal() for name, secret in given.items() if secret}
    texts |= {name: value.rpartition(" ")[2] for name, value in pairs_of(request, SENSITIVE)}
    texts |= {name: unquote(value) for name, value in _keys(request).items()}
    return {name: text for name, text in texts.items() if len(text) >= _SHORTEST_SECRET}


def _each(url: str, write: Write, without: Sequence[str] = ()) -> str:
    """The URL with each item of its query written anew."""
    address, mark, query = url.partition("?")
    written = (write(item) for item in query.split("&") if unquote_plus(item.partition("=")[0]) not in without)
    return address + mark + "&".join(item for item in written if item is not None) if mark else url


def _marked(item: str, keys: Mapping[str, str], secrets: Secrets) -> str:
    return f"{item.partition('=')[0]}={_MARK}" if _repeats(item, keys) else _without_secret(item, secrets)


def _unrepeated(item: str, keys: Mapping[str, str], secrets: Secrets) -> str | None:
    return None if _repeats(item, keys) else _without_secret(item, secrets)


def _without_secret(item: str, secrets: Secrets) -> str:
    """An item of a query, with a mark for a value that is configured elsewhere."""
    name, _, value = item.partition("=")
    place = next((place for place, text in secrets.items() if _is_same(text, value)), None)
    return item if place is None else f"{name}=[configured:{place}]"


def _filled(item: str, keys: Mapping[str, str], secrets: Secrets) -> str:
    name, _, value = item.partition("=")
    if mark := _SECRET.fullmatch(value):
        if mark[1] not in secrets:
            raise PageRefused(
                f"The stored URL stands for the value of {mark[1]}, which is no longer configured. Set it again, or move the entity by "
                "`http-source offsets set` or `reset`.", retriable=False,
            )
        return f"{name}={quote(secrets[mark[1]], safe='')}"
    given = keys.get(unquote_plus(name))
    return item if value != _MARK or given is None else f"{name}={parameter_template(given, {}).render('')}"


def _repeats(item: str, keys: Mapping[str, str]) -> bool:
    """Whether an item of a query is a configured one, however it is encoded: a plus may be a blank."""
    name, _, value = item.partition("=")
    given = keys.get(unquote_plus(name))
    return given is not None and _is_same(given, value)


def _is_same(given: str, value: str) -> bool:
    return not {given, unquote(given), unquote_plus(given)}.isdisjoint({unquote(value), unquote_plus(value)})


def _keys(request: RequestOptions) -> dict[str, str]:
    """The configured parameters, by their names, that may be keys and are the same in each request."""
    query = (item.partition("=") for item in request.url.partition("?")[2].split("&"))
    return dict([*_likely((unquote_plus(name), value) for name, _, value in query), *_of_parameters(request)])


def _of_parameters(request: RequestOptions) -> Iterator[tuple[str, str]]:
    return _likely(parse_parameters(request.parameters or "", request.parameters_separator) if request.method == "GET" else ())


def _likely(parameters: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, literal(value)) for name, value in parameters if may_be_key(name, value) and not any(like_variables(value)))
