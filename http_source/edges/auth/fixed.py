"""Signers whose credentials never change: the same header, or the same query parameter, on every request."""

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus

from http_source.config.types import Secret
from http_source.edges.auth.authentication import Unchanging

if TYPE_CHECKING:
    from requests.models import PreparedRequest


class FixedHeader(Unchanging):
    """Puts the same header on every request, in the place of one of that name."""

    def __init__(self, name: str, value: Secret) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request."""
        request.headers[self._name] = self._value.reveal()
        return request


class FixedParameter(Unchanging):
    """Ends every URL with the same query parameter, in the place of one of that name: signing twice changes nothing."""

    def __init__(self, name: str, value: Secret) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request."""
        address, _, query = (request.url or "").partition("#")[0].partition("?")
        items = [item for item in query.split("&") if unquote_plus(item.partition("=")[0]) != self._name] if query else []
        request.url = address + "?" + "&".join([*items, f"{quote(self._name, safe='')}={quote(self._value.reveal(), safe='')}"])
        return request
