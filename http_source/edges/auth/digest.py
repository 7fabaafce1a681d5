"""auth.type=digest: user and password, of which each request carries but a digest (RFC 7616)."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.request import parse_http_list

from http_source.config.findings import invalid
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig
from http_source.config.types import text_of
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.edges.auth.basic import PASSWORD, USER, check_password
from http_source.errors import Finding, RequestFailed
from http_source.foreign.redactor import HIDDEN, Redactor
from http_source.foreign.text import Foreign, readable
from http_source.model import Response, header_of

if TYPE_CHECKING:
    from requests.models import PreparedRequest

_ALGORITHMS = ("MD5", "MD5-sess", "SHA", "SHA-256", "SHA-512")
"""Those that requests computes."""

_FIT = re.compile(r'[^\x00-\x1f":\\\x7f-\U0010ffff]*')
_SIGNED_WITH = re.compile(r'\b(?:response|cnonce)="([^"]*)"')
_SCHEME = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?: +(?=[^ =]+ *=)|\Z)")


def check_user(config: ConnectorConfig) -> Iterator[Finding]:
    """A user name that can stand in the header, between its quotation marks."""
    if not _FIT.fullmatch(config.auth.user or ""):
        yield invalid(USER, HIDDEN, 'A user name for digest is printable ASCII without colon, " and \\ (RFC 7616)')


class Digest(Authentication):
    """The server sends a challenge once for each thread that asks it; what follows is signed with it until the server sends another."""

    name = AuthType.DIGEST
    needs = (USER, PASSWORD)
    owns = ("connection.",)
    rules = (check_user, check_password)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - the API itself is asked
        """A signer for all threads, of which each has its own challenge: servers refuse counts that come out of order."""
        return _Digester(options, redact)


class _Digester:
    def __init__(self, options: AuthOptions, redact: Redactor) -> None:
        # Imported here, since `validate` does without.
        from http_source.edges.auth.challenged import ChallengedDigest  # noqa: PLC0415

        self._digest = ChallengedDigest(options.user or "", text_of(options.password))
        self._redact = redact

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request, if the server has sent a challenge to this thread."""
        if header := self._digest.header(request.method or "", request.path_url):
            self._redact.sign(*_SIGNED_WITH.findall(header))
            request.headers["Authorization"] = header
        return request

    def renew(self, refused: "PreparedRequest", answer: Response) -> bool:
        """Whether there is a challenge that the refused request was not signed with. Raises RequestFailed for one of another kind."""
        if answer.status != 401:  # noqa: PLR2004
            return False
        challenge = self._challenge(header_of(answer.headers, "www-authenticate"))
        is_stale = challenge.get("stale", "").lower() == "true"
        if f'nonce="{challenge["nonce"]}"' in refused.headers.get("Authorization", "") and not is_stale:
            return False
        self._digest.take(challenge)
        return True

    def distrust(self) -> None:
        """The server says itself when a challenge is over."""

    def _challenge(self, said: str) -> Mapping[str, str]:
        """The first that can be answered: the server names what it likes best first (RFC 7616 §3.7)."""
        found = [challenge for scheme, challenge in challenges(said) if scheme.lower() == "digest" and _can_be_answered(challenge)]
        if not found:
            raise RequestFailed(
                "The server answered 401, but with no Digest challenge that can be answered: expected one with realm and nonce, one of "
                f"the algorithms {', '.join(_ALGORITHMS)}, and qop=auth or none. It sent {self._quoted(said)}. Check `auth.type`."
            )
        return found[0]

    def _quoted(self, said: str) -> str:
        return f'"{readable(Foreign(said), self._redact)}"' if said else "no WWW-Authenticate"


def challenges(said: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The challenges in the value of WWW-Authenticate, each a scheme with its parameters (RFC 9110 §11.6.1)."""
    items: list[tuple[str, list[str]]] = []
    for item in parse_http_list(said):
        if match := _SCHEME.match(item):
            items.append((match[1], []))
            item = item[match.end():]  # noqa: PLW2901 - what follows the scheme
        if items and "=" in item:
            items[-1][1].append(item)
    for scheme, parameters in items:
        pairs = (parameter.partition("=") for parameter in parameters)
        yield scheme, {name.strip().lower(): value.strip().removeprefix('"').removesuffix('"') for name, _, value in pairs}


def _can_be_answered(challenge: Mapping[str, str]) -> bool:
    qop = [each.strip() for each in challenge.get("qop", "auth").lower().split(",")]
    is_known = "auth" in qop and challenge.get("algorithm", "MD5").lower() in map(str.lower, _ALGORITHMS)
    return is_known and "realm" in challenge and bool(challenge.get("nonce"))
