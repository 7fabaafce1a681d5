"""Which secrets a configuration holds in clear text, where a reference to a config provider is to stand.

Clients compare what they get back with what they sent, so nothing can be masked: what nobody may read is not taken in the first place.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from http_source.config.findings import shown
from http_source.config.jaas import read_login
from http_source.config.likely_keys import is_named_as_key
from http_source.config.load import PLUGINS
from http_source.config.properties import NAMES, PROPERTIES
from http_source.config.redact import MEMBER
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN

_REFERENCE = re.compile(r"(?<!\$)\$\{(?:env|file|directory):[^{}]+\}")
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})
_IDLE_SECRET = re.compile(r"passw|secret|token|user\.info|license|jaas", re.IGNORECASE)
"""Names of other programs' secrets, which have no meaning here and are stored all the same."""

_PUBLIC = frozenset({
    "https.ssl.truststorefile", "https.ssl.truststore.certificates", "https.ssl.keystore.certificate.chain",
    "producer.override.ssl.truststore.certificates", "producer.override.ssl.keystore.certificate.chain",
})
"""Passwords by their type that hold certificates, which everybody may know, as long as no private key is with them."""

_PRIVATE_KEY = "PRIVATE KEY"

Judge = Callable[[str, Mapping[str, str]], bool]
"""Whether the value of a property, of those that are given, holds a secret in clear text."""


def clear_secrets(given: Mapping[str, str]) -> Iterator[Finding]:
    """A mistake for each property that holds a secret in clear text."""
    known = {NAMES.get(name, name): value for name, value in given.items()}
    for name in given:
        if _judge(NAMES.get(name, name))(given[name], known):
            yield Finding(shown(name), f"It holds a secret in clear text. {_cure(name, known.get('name', ''))}")


def without_clear_secrets(given: Mapping[str, str]) -> dict[str, str]:
    """The properties of a file, as others may read them: one written by hand may hold secrets in clear text, and these are `[hidden]`."""
    hidden = {finding.property for finding in clear_secrets(given)}
    return {name: HIDDEN if shown(name) in hidden else value for name, value in given.items()}


def has_reference(text: str) -> bool:
    """Whether a config provider gives a part of a text."""
    return bool(_REFERENCE.search(text))


def _cure(name: str, connector: str) -> str:
    variable = re.sub(r"[^A-Z0-9]+", "_", f"{connector}_{name}".upper()).strip("_")
    variable = f"_{variable}" if variable[:1].isdigit() else variable
    return (f"Write a reference in its place, such as ${{env:{variable}}}, ${{file:/path/secrets.properties:key}} or "
            "${directory:/path:file}, and let Dagster's processes find the secret there.")


def _judge(name: str) -> Judge:
    if name in _PUBLIC:
        return lambda text, _: _PRIVATE_KEY in text
    if name in _OWN_FORM:
        return _OWN_FORM[name]
    has_secrets_name = not name.startswith(PLUGINS) and bool(_IDLE_SECRET.search(name))
    is_secret = PROPERTIES[name].secret if name in PROPERTIES else has_secrets_name
    return _whole if is_secret else lambda _text, _given: False


def _whole(text: str, _given: Mapping[str, str]) -> bool:
    """Of a password nothing may stand beside its reference: it would be a part of it."""
    return bool(_REFERENCE.sub("", text).strip())


def _login(text: str, given: Mapping[str, str]) -> bool:
    """A user may be read."""
    user, colon, password = _REFERENCE.sub("", text).partition(":")
    return bool(password.strip()) if colon else _whole(user, given)


def _jaas(text: str, given: Mapping[str, str]) -> bool:
    try:
        login = read_login(text)
    except ValueError:
        return not has_reference(text) and _whole(text, given)
    return any(_whole(secret, given) for secret in login.secrets)


def _secret_headers(separator: str) -> Judge:
    """Of headers that are secret as a whole each value is to come from a variable or config provider."""

    def judge(text: str, given: Mapping[str, str]) -> bool:
        values = [_parted(item, ":")[1] for item in text.split(given.get(separator) or "|")]
        return any(value.strip() and not has_reference(value) for value in values)

    return judge


def _token_parameters(text: str, _given: Mapping[str, str]) -> bool:
    return (not has_reference(text) and bool(text.strip())) or _query(text, "&")


def _headers(text: str, given: Mapping[str, str]) -> bool:
    pairs = (_parted(item, ":") for item in text.split(given.get("http.request.headers.separator") or "|"))
    return any(_is_clear_key(name, value, name.strip().lower() in _CREDENTIALS) for name, value in pairs)


def _parameters(text: str, given: Mapping[str, str]) -> bool:
    return _query(text, given.get("http.request.parameters.separator") or "&")


def _address(text: str, _given: Mapping[str, str]) -> bool:
    """A login in it, or keys in its query."""
    address, _, query = text.partition("?")
    authority = address.partition("://")[2].partition("/")[0]
    login, at, _ = _REFERENCE.sub("", authority).rpartition("@")
    return bool(at and login.partition(":")[2]) or _query(query, "&")


def _body(text: str, _given: Mapping[str, str]) -> bool:
    members = any(_is_clear_key(name, value) for _, name, value in MEMBER.findall(text))
    return members or ("{" not in _REFERENCE.sub("", text) and _query(text, "&"))


def _query(text: str, separator: str) -> bool:
    return any(_is_clear_key(*_parted(item, "=")) for item in text.split(separator))


def _is_clear_key(name: str, value: str, is_credential: bool = False) -> bool:  # noqa: FBT001, FBT002 - a header's name says it
    named = is_credential or is_named_as_key(name, value)
    return named and bool(value.strip()) and not has_reference(value)


def _parted(item: str, inner: str) -> tuple[str, str]:
    name, mark, value = item.partition(inner)
    return (name, value) if mark else ("", name)


_OWN_FORM: Mapping[str, Judge] = {
    "http.request.sensitive.headers": _secret_headers("http.request.headers.separator"),
    "oauth2.client.headers": _secret_headers("oauth2.client.header.separator"),
    "oauth2.token.parameters": _token_parameters,
    "value.converter.basic.auth.user.info": _login,
    "producer.override.sasl.jaas.config": _jaas,
    "http.request.headers": _headers,
    "http.request.parameters": _parameters,
    "http.request.body": _body,
    "http.initial.offset": _address,
    "url": _address,
    "oauth2.token.url": _address,
    "http.proxy.host": _address,
}
"""Properties in which a secret is a part of the value."""
