"""auth.type=hmac: a keyed digest of a text that each request fills in (RFC 2104)."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from functools import partial

from http_source.config.findings import did_you_mean, doubt, invalid, shown
from http_source.config.likely_keys import may_be_key
from http_source.config.lists import Pairs, fault_of_headers, faults_of_headers, parse_headers
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, HmacKeyEncoding
from http_source.config.types import text_of
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

SECRET, TEMPLATE, HEADERS = "hmac.secret", "hmac.template", "hmac.headers"
HASHES = ("Md5", "Sha1", "Sha256", "Sha512")
OF_THE_REQUEST = (
    "method", "url", "host", "path", "query", "target", "timestamp", "nonce",
    *(f"body{each}{form}" for each in HASHES for form in ("", "Base64")),
)
"""What may stand in the template and in headers."""

SIGNED = (*OF_THE_REQUEST, "body")
SENT = (*OF_THE_REQUEST, "signature")
VARIABLE = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\\n|\\\\")
"""What is replaced: a variable, `$${`, a line break that blanks are not trimmed from, and a backslash."""

_OPEN = re.compile(r"\$\{\w{0,40}")
_ESCAPE = re.compile(r"\\.?")
_PASSING = ("timestamp", "nonce")

_SEPARATOR = "|"


def check_secret(config: ConnectorConfig) -> Iterator[Finding]:
    """There is a key, and it can be read."""
    try:
        is_empty = not key_of(config.auth)
    except ValueError:
        yield invalid(SECRET, HIDDEN, f"Expected {config.auth.hmac_secret_encoding}, as hmac.secret.encoding says")
        return
    if is_empty and config.auth.hmac_secret is not None:
        yield invalid(SECRET, HIDDEN, "A secret has one character or more")


def check_template(config: ConnectorConfig) -> Iterator[Finding]:
    """Each variable of the template is known, and one at least is there: or all requests were signed alike."""
    template = config.auth.hmac_template or ""
    yield from _unknown(TEMPLATE, template, SIGNED)
    rest = VARIABLE.sub("", template)
    for escape in dict.fromkeys(_ESCAPE.findall(rest)):
        yield Finding(TEMPLATE, f"There is an unknown escape {shown(escape)}. It takes \\n for a line break, and \\\\ for a backslash.")
    if template and not any(_variables(template)):
        yield Finding(TEMPLATE, "It holds no variable, so all requests would be signed alike; write ${method} ${target}, for example.")


def check_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """The signature is in one of the headers, and all can be sent."""
    text = config.auth.hmac_headers
    yield from _unknown(HEADERS, text, SENT)
    yield from (invalid(HEADERS, HIDDEN, fault) for fault in faults_of_headers(text, _SEPARATOR))
    if any(match[0] == "\\n" for match in VARIABLE.finditer(text)):
        yield Finding(HEADERS, "There is a \\n, but a header has no line breaks; remove it, or write \\\\ for a backslash.")
    if "signature" not in _variables(text):
        yield Finding(HEADERS, "No header holds ${signature}, so it would not be sent; write Name:value, such as X-Signature:${signature}.")


def check_is_sent(config: ConnectorConfig) -> Iterator[Finding]:
    """What is made anew for each request is sent as well, or no server can check the signature."""
    signed, sent = _variables(config.auth.hmac_template or ""), _variables(config.auth.hmac_headers)
    for name in (name for name in _PASSING if name in signed and name not in sent):
        words = f"It holds ${{{name}}}, which no header holds, so a server cannot check the signature"
        yield doubt(TEMPLATE, f"{words}; add it to {HEADERS}, such as |X-{name.capitalize()}:${{{name}}}.")


def key_of(options: AuthOptions) -> bytes:
    """The key's bytes. Raises ValueError when the secret is not encoded as it says."""
    text = text_of(options.hmac_secret)
    match options.hmac_secret_encoding:
        case HmacKeyEncoding.BASE64:
            return b64decode(text, validate=True)
        case HmacKeyEncoding.HEX:
            return binascii.unhexlify(text)
        case _:
            return text.encode()


class Hmac(Authentication):
    """A signature over method, address, body, time and whatever else the template names, in a header."""

    name = AuthType.HMAC
    needs = (SECRET, TEMPLATE)
    owns = ("hmac.",)
    rules = (check_secret, check_template, check_headers, check_is_sent)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - nobody is asked
        """What signs each request with the time and a nonce of its own."""
        # Imported here, since `validate` does without.
        from http_source.edges.auth.hmac_signer import HmacSigner  # noqa: PLC0415

        return HmacSigner(options, key_of(options), parse_headers(options.hmac_headers, _SEPARATOR), redact=redact)

    @classmethod
    def hidden(cls, options: AuthOptions) -> Iterator[str]:
        """What may be a key among the fixed words of the headers."""
        for name, value in _headers(options):
            # In Authorization stands the name of the scheme as well, which is a word of our own messages.
            looks = partial(may_be_key, "" if name.lower() == "authorization" else name)
            yield from (word for word in re.split(r"[\s:,;]+", VARIABLE.sub(" ", value)) if looks(word))

    @classmethod
    def headers(cls, options: AuthOptions) -> tuple[str, ...]:
        """Those that are configured."""
        return tuple(name for name, _ in _headers(options))


def _headers(options: AuthOptions) -> Pairs:
    """None of a list that cannot be read, which a rule tells."""
    text = options.hmac_headers
    return () if fault_of_headers(text, _SEPARATOR) else parse_headers(text, _SEPARATOR)


def _variables(text: str) -> Sequence[str]:
    return [match[1] for match in VARIABLE.finditer(text) if match[1] is not None]


def _unknown(name: str, text: str, known: Sequence[str]) -> Iterator[Finding]:
    for unknown in dict.fromkeys(each for each in _variables(text) if each not in known):
        words = f"There is an unknown template variable {shown(f'${{{unknown}}}')}.{did_you_mean(unknown, known)}"
        yield Finding(name, f"{words} It takes {', '.join(known[:-1])} and {known[-1]}, each as ${{{known[0]}}}.")
    for opened in dict.fromkeys(_OPEN.findall(VARIABLE.sub("", text))):
        yield Finding(name, f"There is {shown(opened)} without a }} after it. Close it, or write $${{ for a ${{ that is not a variable.")
