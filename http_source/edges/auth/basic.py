"""auth.type=basic: user and password in each request (RFC 7617)."""

from base64 import b64encode
from collections.abc import Iterator

from http_source.config.findings import invalid
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig
from http_source.config.types import Secret, text_of
from http_source.edges.auth.authentication import CONTROL, Ask, Authentication, Signer
from http_source.edges.auth.fixed import FixedHeader
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

USER, PASSWORD = "connection.user", "connection.password"


def check_user(config: ConnectorConfig) -> Iterator[Finding]:
    """A user name that can be joined with a password by a colon."""
    if ":" in (user := config.auth.user or "") or CONTROL.search(user):
        yield invalid(USER, HIDDEN, "A user name has no colon and no control characters (RFC 7617)")


def check_password(config: ConnectorConfig) -> Iterator[Finding]:
    """A password without control characters."""
    if CONTROL.search(text_of(config.auth.password)):
        yield invalid(PASSWORD, HIDDEN, "A password has no control characters (RFC 7617)")


class Basic(Authentication):
    """User and password, joined and in base64."""

    name = AuthType.BASIC
    needs = (USER, PASSWORD)
    owns = ("connection.",)
    rules = (check_user, check_password)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - it learns nothing
        """The pair in UTF-8 (RFC 7617 §2.1), which requests would not use for text."""
        _, encoded = cls.hidden(options)
        return FixedHeader("Authorization", Secret(f"Basic {encoded}"))

    @classmethod
    def hidden(cls, options: AuthOptions) -> Iterator[str]:
        """The pair, and as it is sent: an API may repeat the header in another encoding."""
        pair = f"{options.user or ''}:{text_of(options.password)}"
        yield from (pair, b64encode(pair.encode()).decode())
