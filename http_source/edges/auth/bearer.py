"""auth.type=bearer: a token in each request (RFC 6750 §2.1)."""

import re
from collections.abc import Iterator

from http_source.config.findings import invalid
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig
from http_source.config.types import Secret, text_of
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.edges.auth.fixed import FixedHeader
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

TOKEN = "bearer.token"  # noqa: S105 - a property's name
_BEARER = re.compile(r"[\x21-\x7e]+")


def check_token(config: ConnectorConfig) -> Iterator[Finding]:
    """The token can stand in a header."""
    if config.auth.bearer_token is not None and not _BEARER.fullmatch(text_of(config.auth.bearer_token)):
        yield invalid(TOKEN, HIDDEN, "Expected printable ASCII without blanks (RFC 6750), and without the word Bearer")


class Bearer(Authentication):
    """A token that somebody else got and renews."""

    name = AuthType.BEARER
    needs = (TOKEN,)
    owns = ("bearer.",)
    rules = (check_token,)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - it learns nothing
        """The token as it is."""
        return FixedHeader("Authorization", Secret(f"Bearer {text_of(options.bearer_token)}"))
