"""Whether an address can be asked: absolute, http or https, and without credentials in it."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")


def is_sent_in_the_clear(url: str) -> bool:
    """Whether the address is http and not on this machine; an unreadable address is not."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() == "http" and not _is_local(parts.hostname or "")
    except ValueError:
        return False


def fault_of(url: str) -> str | None:
    """Why an address cannot be asked, or None."""
    if _UNFIT.search(url):
        return "An address has no blanks, control characters and backslashes; percent-encode them, a blank is %20"
    try:
        parts = urlsplit(url)
        return _fault_of_parts(parts) or ("The port is from 1 to 65535" if parts.port == 0 else None)
    except ValueError:
        return "The host or the port cannot be read; write https://host:port/path"


def _fault_of_parts(parts: SplitResult) -> str | None:
    if parts.scheme.lower() not in {"http", "https"}:
        return "Expected an address that starts with http:// or https://"
    if "@" in parts.netloc:
        return "An address holds no user and password; use connection.user and connection.password with auth.type=basic"
    if "%" in parts.netloc:
        return "A host is not percent-encoded; write it in plain letters"
    if not parts.hostname:
        return "The address has no host; write https://host/path"
    if parts.fragment:
        return "The part after # is never sent; remove it, or write %23 if it belongs to a value"
    return None


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")
