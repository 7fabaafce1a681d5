"""A configuration to start from: what is known of it, and a proposal for the rest."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from http_source.config.properties import PROPERTIES, AuthType, OffsetMode
from http_source.config.rules.connector import LONGEST_NAME
from http_source.edges.auth import AUTH_TYPES
from http_source.polling.modes import MODES

Starter = Mapping[str, str | None]
"""Properties in the order of their declaration; None where only the user can know the value."""

_AS_DECLARED = ("connector.class", "tasks.max", "http.request.method", "auth.type", "request.interval.ms")
_UNFIT_FOR_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_NO_NAME = re.compile(r"|v[0-9.]+|api|rest", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def draft(given: Mapping[str, str]) -> Starter:
    """What was given, with a proposal for each other property that this connector should have."""
    url, wanted = given.get("url"), given.get("http.offset.mode", "").upper()
    mode = next((mode for mode in OffsetMode if mode == wanted), OffsetMode.SIMPLE_INCREMENTING)
    drafted: dict[str, str | None] = {name: str(PROPERTIES[name].default) for name in _AS_DECLARED}
    drafted |= {"url": url, "name": _name_from(url or ""), "http.offset.mode": mode, "output.data.format": "JSON", **MODES[mode].sample}
    if "${offset}" in (url or "") or given.get("http.request.method", "").upper() == "POST":
        del drafted["http.request.parameters"]
    auth = AUTH_TYPES[next((each for each in AuthType if each == given.get("auth.type", "").lower()), AuthType.NONE)]
    entities = ("entity.names",) if "${entityName}" in (url or "") else ()
    drafted |= {**dict.fromkeys((*entities, *auth.needs)), **auth.sample}
    drafted |= given
    drafted.setdefault("topic.name.pattern", _topic(drafted))
    return {name: drafted[name] for name in (*PROPERTIES, *drafted) if name in drafted}


def drafted(proposed: Mapping[str, str], given: Mapping[str, str]) -> Starter:
    """What was given, what is proposed otherwise, and a proposal for what both leave open but for how the API pages."""
    known = {**proposed, **given}
    sample = MODES[known["http.offset.mode"].upper()].sample
    return {name: value for name, value in draft(known).items() if name in known or name not in sample}


def _name_from(url: str) -> str | None:
    """The last part of the address that is a word: `orders` of https://api.example.com/v1/orders."""
    try:
        parts = urlsplit(_VARIABLE.sub("", url))
    except ValueError:
        return None
    words = [_UNFIT_FOR_A_NAME.sub("-", part).strip("-.") for part in (parts.hostname or "", *parts.path.split("/"))]
    return next((word[:LONGEST_NAME] for word in reversed(words) if not _NO_NAME.fullmatch(word)), None)


def _topic(drafted: Starter) -> str | None:
    name = drafted["name"] and _UNFIT_FOR_A_NAME.sub("-", drafted["name"])
    return f"{name}.${{entityName}}" if name and drafted.get("entity.names") else name
