"""The types of authentication, one file each. A new one is such a file, its properties (`options/auth.py`), and a line in the table."""

from collections.abc import Iterator, Mapping

from http_source.config.findings import doubt, needed, shown
from http_source.config.header_lists import PLAIN, SENSITIVE, check_sensitive_names, pairs_of
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, Property, properties_of
from http_source.config.rules.rule import Rule
from http_source.config.urls import is_sent_in_the_clear
from http_source.edges.auth.api_key import ApiKey
from http_source.edges.auth.authentication import Ask, Authentication, Signer
from http_source.edges.auth.aws_sigv4 import AwsSigV4
from http_source.edges.auth.basic import Basic
from http_source.edges.auth.bearer import Bearer
from http_source.edges.auth.digest import Digest
from http_source.edges.auth.hmac_template import Hmac
from http_source.edges.auth.none import Unsigned
from http_source.edges.auth.oauth2 import OAuth2
from http_source.errors import Finding

__all__ = ["AUTH_TYPES", "RULES", "Ask", "Authentication", "Signer", "auth_of"]

AUTH_TYPES: Mapping[AuthType, type[Authentication]] = {
    each.name: each for each in (Unsigned, Basic, OAuth2, Bearer, ApiKey, Digest, Hmac, AwsSigV4)
}
"""The table of the types, by the value of `auth.type`."""


def auth_of(options: AuthOptions) -> type[Authentication]:
    """The configured type."""
    return AUTH_TYPES[options.type]


def _check_properties(config: ConnectorConfig) -> Iterator[Finding]:
    """A credential is there with its authentication type, and only then; otherwise `auth.type` was usually forgotten."""
    chosen = auth_of(config.auth)
    there = {field: known for field, known in properties_of(AuthOptions).items() if hasattr(config.auth, field)}
    for field, known in there.items():
        value, owners = getattr(config.auth, field), _owners(known)
        if known.name in chosen.needed(config.auth) and value is None:
            yield needed(known.name, f"auth.type={chosen.name}")
        if owners and chosen.name not in owners and value and value != known.default:
            yield doubt(known.name, f"It is not used, since auth.type is {chosen.name}; set auth.type={' or '.join(owners)}, or remove it.")


def _check_is_sent_once(config: ConnectorConfig) -> Iterator[Finding]:
    """What the type sends is not among the configured headers as well, and what is secret beside it is hidden."""
    own = {name.lower() for name in auth_of(config.auth).headers(config.auth)}
    for name in (PLAIN, SENSITIVE):
        for header in {header.lower() for header, _ in pairs_of(config.request, name)} & own:
            yield Finding(name, f"It holds the header {shown(header)}, but auth.type={config.auth.type} sends its own; remove one.")
    yield from check_sensitive_names(config, own)


def _check_line(config: ConnectorConfig) -> Iterator[Finding]:
    """Credentials do not go through an open line."""
    sends = config.auth.type is not AuthType.NONE or config.request.sensitive_headers
    if sends and is_sent_in_the_clear(config.request.url):
        yield doubt("url", "Credentials travel unencrypted over http; use https if the server has it.")


def _owners(known: Property) -> list[str]:
    return [each.name.value for each in AUTH_TYPES.values() if known.name.startswith(each.owns)]


def _where_chosen(each: type[Authentication], rule: Rule) -> Rule:
    def check(config: ConnectorConfig) -> Iterator[Finding]:
        if config.auth.type is each.name:
            yield from rule(config)

    return check


RULES: tuple[Rule, ...] = (
    _check_properties,
    *(_where_chosen(each, rule) for each in AUTH_TYPES.values() for rule in each.rules),
    _check_is_sent_once,
    _check_line,
)
"""What the configured type demands, each rule by itself: one that meets an unusable value does not keep the others from telling."""
