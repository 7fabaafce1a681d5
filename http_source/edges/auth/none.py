"""auth.type=none: nothing is signed."""

from http_source.config.properties import AuthOptions, AuthType
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.foreign.redactor import Redactor


class Unsigned(Authentication):
    """Requests carry what the configuration's headers and parameters say, and nothing more."""

    name = AuthType.NONE

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer | None:  # noqa: ARG003 - it needs nothing
        """None."""
        return None

    @classmethod
    def headers(cls, options: AuthOptions) -> tuple[str, ...]:  # noqa: ARG003 - it needs nothing
        """None."""
        return ()
