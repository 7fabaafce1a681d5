"""Keys that next-page URLs repeat of the configuration are not stored with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import unquote, unquote_plus

from http_source.config.likely_keys import may_be_key
from http_source.config.lists import parse_parameters
from http_source.config.placeholders import is_sent
from http_source.config.properties import AuthOptions, AuthType, KeyLocation, RequestOptions
from http_source.config.variables import OFFSET, holds, like_variables, literal
from http_source.polling.template import parameter_template

_MARK = "[configured]"
"""Stands in a stored link for the value of a parameter that the configuration has."""

Write = Callable[[str], str | None]
"""An item of a query → the item as it is to be; None for one that goes."""


def forgotten(auth: AuthOptions, request: RequestOptions, *, links: bool = False) -> Callable[[str], str]:
    """What takes the API key, and configured parameters that may be keys, out of a next-page URL that repeats them.

    Where the offset is the request's URL they are added to each request anyway; a link that is followed as it is (`links`) gets marks in
    their place. Elsewhere a URL is a token, which the API wants back as it is.
    """
    names = [auth.key_name] if auth.type is AuthType.API_KEY and auth.key_location is KeyLocation.QUERY else []
    follows = links and not is_sent(OFFSET, request)
    keys = _keys(request) if follows else dict(_of_parameters(request)) if holds(request.url, OFFSET) else {}
    return partial(_each, write=partial(_marked if follows else _unrepeated, keys=keys), without=names) if names or keys else str


def recalled(request: RequestOptions) -> Callable[[str], str]:
    """What puts the configured values where a stored link has their marks."""
    return partial(_each, write=partial(_filled, keys=_keys(request)))


def _each(url: str, write: Write, without: Sequence[str] = ()) -> str:
    """The URL with each item of its query written anew."""
    address, mark, query = url.partition("?")
    written = (write(item) for item in query.split("&") if unquote_plus(item.partition("=")[0]) not in without)
    return address + mark + "&".join(item for item in written if item is not None) if mark else url


def _marked(item: str, keys: Mapping[str, str]) -> str:
    return f"{item.partition('=')[0]}={_MARK}" if _repeats(item, keys) else item


def _unrepeated(item: str, keys: Mapping[str, str]) -> str | None:
    return None if _repeats(item, keys) else item


def _filled(item: str, keys: Mapping[str, str]) -> str:
    name, _, value = item.partition("=")
    given = keys.get(unquote_plus(name))
    return item if value != _MARK or given is None else f"{name}={parameter_template(given, {}).render('')}"


def _repeats(item: str, keys: Mapping[str, str]) -> bool:
    """Whether an item of a query is a configured one, however it is encoded: a plus may be a blank."""
    name, _, value = item.partition("=")
    given = keys.get(unquote_plus(name))
    return given is not None and not {unquote(given), unquote_plus(given)}.isdisjoint({unquote(value), unquote_plus(value)})


def _keys(request: RequestOptions) -> dict[str, str]:
    """The configured parameters, by their names, that may be keys and are the same in each request."""
    query = (item.partition("=") for item in request.url.partition("?")[2].split("&"))
    return dict([*_likely((unquote_plus(name), value) for name, _, value in query), *_of_parameters(request)])


def _of_parameters(request: RequestOptions) -> Iterator[tuple[str, str]]:
    return _likely(parse_parameters(request.parameters or "", request.parameters_separator) if request.method == "GET" else ())


def _likely(parameters: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((name, literal(value)) for name, value in parameters if may_be_key(name, value) and not any(like_variables(value)))
