"""requests' adapter on our connections: one TLS context decides whom to trust, one proxy is used or none."""

import logging
import ssl
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest
from urllib3 import PoolManager, ProxyManager

from http_source.config.properties import ProxyOptions
from http_source.edges.http.connections import pool_classes, watched
from http_source.edges.http.dial import Dialer

# urllib3 writes each request with its query, which may hold a key, into the log at this level, and has no switch for it.
logging.getLogger("urllib3.connectionpool").addFilter(lambda record: record.levelno > logging.DEBUG)

_NONE = ("", ""), None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that is spoken to in plain HTTP; it sees https requests only as a tunnel (RFC 9110 §9.3.6).

    Attributes:
        address: host:port, an IPv6 address in brackets.
        headers: what the proxy alone is sent.
    """

    address: str
    headers: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, options: ProxyOptions | None) -> Self | None:
        """The proxy that is configured, if one is. Its credentials are sent as RFC 7617 has it, in UTF-8."""
        if options is None or not options.host:
            return None
        host = options.host.strip("[]")
        address = f"[{host}]:{options.port}" if ":" in host else f"{host}:{options.port}"
        if options.user is None or options.password is None:
            return cls(address, {})
        credentials = b64encode(f"{options.user}:{options.password.reveal()}".encode()).decode()
        return cls(address, {"Proxy-Authorization": f"Basic {credentials}"})


class Transport(HTTPAdapter):
    """Pools of connections, `connections` at most to one host; retries nothing by itself."""

    def __init__(self, dialer: Dialer, *, context: ssl.SSLContext | None, proxy: Proxy | None, connections: int) -> None:
        self._classes = pool_classes(dialer)
        self._context = context or _system_context()
        self._context.sslsocket_class = watched(ssl.SSLSocket if proxy else self._context.sslsocket_class)
        self._proxy = proxy
        self._last: tuple[tuple[str, str], Any] = _NONE
        super().__init__(pool_connections=connections, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_settings: Any) -> None:  # noqa: FBT001, FBT002 - requests' signature
        """Make the pools, to the proxy if there is one."""
        settings: dict[str, Any] = {"num_pools": connections, "maxsize": maxsize, "block": block, "ssl_context": self._context}
        if self._proxy is None:
            self.poolmanager = PoolManager(**settings)
        else:
            self.poolmanager = ProxyManager(f"http://{self._proxy.address}", proxy_headers=self._proxy.headers, **settings)
        self.poolmanager.pool_classes_by_scheme = self._classes

    def get_connection_with_tls_context(self, request: PreparedRequest, *args: Any, **settings: Any) -> Any:
        """The pool of the request's origin; the last one is kept, since finding it takes a tenth of a small request."""
        origin = urlsplit(request.url or "")[:2]
        kept, pool = self._last
        if kept != origin:
            pool = super().get_connection_with_tls_context(request, *args, **settings)
            self._last = origin, pool
        return pool

    def close(self) -> None:
        """Close every connection: urllib3 closes those of a pool when nobody holds it."""
        self._last = _NONE
        super().close()

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave trust to the context; requests would add certifi's roots to it."""

    def request_url(self, request: PreparedRequest, proxies: Any) -> str:  # noqa: ARG002 - requests' signature
        """What the request line names: the whole URL when a proxy is to forward it (RFC 9112 §3.2.2)."""
        url = request.url or ""
        forwarded = self._proxy is not None and not url.lower().startswith("https:")
        return url if forwarded else request.path_url


def _system_context() -> ssl.SSLContext:
    """Trust in the system's roots, TLS 1.2 at least, host names by subject alternative name only (RFC 9110 §4.3.4)."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    # Set since Python 3.13; companies put authorities among the system's roots that lack what it asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
