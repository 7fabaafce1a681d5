"""Where the Schema Registry is, and how to sign in there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from http_source.config.options.converter import RegistryOptions
from http_source.config.types import Secret

_NOTHING = Secret("")
_SCHEMES = {"http", "https"}
_HOST = re.compile(r"([^\s:\[\]]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAddress:
    """Where the Schema Registry is, how to sign in, and what a person sets to change that.

    Attributes:
        url: its address; several, separated by commas, are tried in turn. Credentials in it are neither sent nor shown.
        user: for basic authentication; empty for none.
        ca: file or folder with the certificates of authorities to trust; empty for those that certifi brings.
        certificate: file with the client's certificate and, unless `key` names another file, its key.
        timeout: seconds that one call may take, all in all.
        url_name: where the url comes from.
        user_name: where user and password come from.
        ca_name: where the authorities come from.
    """

    url: str = field(repr=False)
    user: str = ""
    password: Secret = _NOTHING
    ca: str = ""
    certificate: str = ""
    key: str = ""
    key_password: Secret = _NOTHING
    timeout: float = 30.0
    url_name: str = "SCHEMA_REGISTRY_URL"
    user_name: str = "SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD"
    ca_name: str = "SCHEMA_REGISTRY_SSL_CA_LOCATION"

    def overridden_by(self, options: RegistryOptions) -> Self:
        """The address a connector asks for. Credentials meant for this address are not sent to another one."""
        address = self
        if options.url:
            address = replace(address, url=options.url, url_name="value.converter.schema.registry.url")
            address = address if _origins(options.url) == _origins(self.url) else replace(address, user="", password=_NOTHING)
        if options.user_info:
            user, _, password = options.user_info.reveal().partition(":")
            address = replace(address, user=user, password=Secret(password), user_name="value.converter.basic.auth.user.info")
        return address

    @property
    def shown(self) -> str:
        """The url without credentials and query."""
        return " or ".join(self.plain_urls)

    @property
    def plain_urls(self) -> tuple[str, ...]:
        """Each address without credentials, query and closing slash."""
        return tuple(urlunsplit((url.scheme, _host(url), url.path.rstrip("/"), "", "")) for url in _split(self.url))

    @property
    def secrets(self) -> Iterator[str]:
        """What nobody must be able to repeat."""
        yield from (self.password.reveal(), self.key_password.reveal())
        yield f"{self.user}:{self.password.reveal()}" if self.password else ""
        for login in (url.netloc.rpartition("@")[0] for url in _split(self.url)):
            yield from (login, unquote(login.partition(":")[2]))

    @property
    def is_usable(self) -> bool:
        """Whether there is an address, and each is one of HTTP with a host."""
        urls = _split(self.url)
        return bool(urls) and all(url.scheme in _SCHEMES and _HOST.fullmatch(_host(url)) for url in urls)


def _split(urls: str) -> list[SplitResult]:
    return [urlsplit(url.strip()) for url in urls.split(",") if url.strip()]


def _host(url: SplitResult) -> str:
    return url.netloc.rpartition("@")[2]


def _origins(urls: str) -> set[tuple[str, str]]:
    return {(url.scheme, _host(url).lower()) for url in _split(urls)}
