"""Secrets leave the file: each becomes a reference to an environment variable."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from http_source.config.likely_keys import is_named_as_key
from http_source.config.properties import PROPERTIES
from http_source.config.redact import MEMBER
from http_source.config.types import Secret
from http_source.migration.configuration_draft import ConfigurationDraft

_REFERENCE = re.compile(r"\$\{(?P<provider>[A-Za-z][\w-]*):[^}]*\}")
_SHELL = re.compile(r"(?<!\$)\$\{([A-Z][A-Z0-9_]*)\}")
_LOGIN = re.compile(r"(?P<scheme>https?://)(?P<login>[^/?#@]*)@(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_OURS = frozenset({"env", "file", "directory"})
_HEADERS, _SENSITIVE = "http.request.headers", "http.request.sensitive.headers"


@dataclass(frozen=True, slots=True)
class _List:
    """A text of items with a separator, each a name and a value with something between them."""

    text: str
    separator: str
    inner: str


@dataclass(frozen=True, slots=True)
class Hiding:
    """Takes the secrets out of drafts that were one configuration.

    Attributes:
        prefix: how the names of the variables begin.
        taken: the variables of all drafts, so that one name never stands for two values.
    """

    prefix: str
    taken: dict[str, Secret]

    def hide(self, draft: ConfigurationDraft) -> None:
        """Put a variable in the place of each password, header for credentials and parameter that is a key by its name."""
        _name_variables(draft)
        _part_login(draft)
        _part_headers(draft)
        for name, value in list(draft.properties.items()):
            if name == _SENSITIVE and _all_named(value, _separator(draft, _HEADERS, "|")):
                draft.properties[name] = self._each(draft, name, _List(value, _separator(draft, _HEADERS, "|"), ":"))
            elif (known := PROPERTIES.get(name)) and known.secret and value:
                draft.properties[name] = self._hidden(draft, name, name, value)
        self._hide_parameters(draft)
        self._hide_members(draft)

    def _hide_parameters(self, draft: ConfigurationDraft) -> None:
        for name in ("http.request.parameters", "url", "http.initial.offset"):
            text, separator = draft.properties.get(name, ""), "&"
            before, mark, query = text.partition("?")
            if name == "http.request.parameters":
                before, mark, query, separator = "", "", text, _separator(draft, name, "&")
            if query:
                draft.properties[name] = before + mark + self._each(draft, name, _List(query, separator, "="), is_named_as_key)

    def _hide_members(self, draft: ConfigurationDraft) -> None:
        """Members of a JSON body that are keys by their names; a variable holds what stands between the quotation marks."""
        body = draft.properties.get("http.request.body", "")
        if body:
            draft.properties["http.request.body"] = MEMBER.sub(lambda match: self._member(draft, match), body)

    def _member(self, draft: ConfigurationDraft, match: re.Match[str]) -> str:
        begin, name, value = match.groups()
        return f'{begin}"{self._hidden(draft, "http.request.body", name, value)}"' if is_named_as_key(name, value) else match[0]

    def _each(self, draft: ConfigurationDraft, property_: str, listed: _List, chosen: Callable[[str, str], bool] = lambda *_: True) -> str:
        """The list with a variable for the value of each item that is chosen."""
        items = []
        for item in listed.text.split(listed.separator):
            name, value = _parted(item, listed.inner)
            scheme, secret = _signed(value) if listed.inner == ":" else ("", value)
            begin = f"{name}{listed.inner}{' ' if listed.inner == ':' else ''}{scheme}"
            items.append(begin + self._hidden(draft, property_, name, secret) if secret and chosen(name, value) else item)
        return listed.separator.join(items)

    def _hidden(self, draft: ConfigurationDraft, property_: str, name: str, value: str) -> str:
        """A reference to what is secret; what is one already stays, if this connector knows its provider."""
        reference = _REFERENCE.search(value)
        if "${" in value and (not reference or reference["provider"] in _OURS):
            return value
        variable = self._variable(name, value)
        self.taken[variable] = draft.variables[variable] = Secret(value)
        if reference:
            provider = reference["provider"]
            draft.remark(property_, f"The config provider {provider} is not available here; the environment variable {variable} "
                                    "takes its place.")
        return f"${{env:{variable}}}"

    def _variable(self, name: str, value: str) -> str:
        variable = re.sub(r"[^A-Z0-9]+", "_", f"{self.prefix}_{name}".upper()).strip("_")
        variable = f"_{variable}" if variable[:1].isdigit() else variable
        while variable in self.taken and self.taken[variable].reveal() != value:
            variable += "_"
        return variable


def _name_variables(draft: ConfigurationDraft) -> None:
    """`${NAME}` in capitals is what a shell or a deployment tool replaces; here the provider of environment variables does."""
    for name, value in draft.properties.items():
        draft.properties[name] = _SHELL.sub(r"${env:\1}", value)
        if found := dict.fromkeys(_SHELL.findall(value)):
            draft.remark(name, f"{', '.join(f'${{{each}}}' for each in found)}: read from the environment here, as ${{env:NAME}}.")


def _part_login(draft: ConfigurationDraft) -> None:
    """Move user and password out of the address, which holds none here, to where they belong."""
    found = _LOGIN.match(draft.properties.get("url", ""))
    if found is None:
        return
    draft.properties["url"] = found["scheme"] + found["rest"]
    user, _, password = found["login"].partition(":")
    if draft.properties.get("auth.type", "none").lower() == "none":
        draft.properties |= {"auth.type": "basic", "connection.user": unquote(user), "connection.password": unquote(password)}
        draft.remark("url", "The user and the password in it are now connection.user and connection.password.")
    else:
        draft.remark("url", "The user and the password in it are left out, since auth.type says how requests are signed.")


def _part_headers(draft: ConfigurationDraft) -> None:
    """Headers that are credentials by their names are sensitive ones here."""
    separator = _separator(draft, _HEADERS, "|")
    items = [item for item in draft.properties.get(_HEADERS, "").split(separator) if item.strip()]
    sensitive = [item for item in items if _is_credential(*_parted(item, ":"))]
    if sensitive:
        plain = [item for item in items if item not in sensitive]
        _set(draft, _HEADERS, separator.join(plain))
        _set(draft, _SENSITIVE, separator.join([*sensitive, *filter(None, [draft.properties.get(_SENSITIVE)])]))
        names = ", ".join(_parted(item, ":")[0] for item in sensitive)
        draft.remark(_HEADERS, f"{names}: written as {_SENSITIVE}, since {_HEADERS} is shown in plain text.")


def _is_credential(name: str, value: str) -> bool:
    return name.lower() in {"authorization", "proxy-authorization", "cookie"} or is_named_as_key(name, value)


def _all_named(headers: str, separator: str) -> bool:
    """Whether each header has a name; of a text without, everything is secret."""
    return all(":" in item for item in headers.split(separator))


def _signed(value: str) -> tuple[str, str]:
    """The scheme of an Authorization header with its blank, and the credentials behind it."""
    scheme, blank, secret = value.partition(" ")
    return (scheme + blank, secret) if blank and scheme.isalpha() else ("", value)


def _parted(item: str, inner: str) -> tuple[str, str]:
    name, _, value = item.partition(inner)
    return name.strip(), value.strip()


def _separator(draft: ConfigurationDraft, name: str, default: str) -> str:
    return draft.properties.get(f"{name}.separator") or default


def _set(draft: ConfigurationDraft, name: str, value: str) -> None:
    if value:
        draft.properties[name] = value
    else:
        draft.properties.pop(name, None)
