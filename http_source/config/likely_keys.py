"""What among fixed parameters and other texts may be a key: by its name, or by how it looks."""

import re
from urllib.parse import unquote_plus

from http_source.config.variables import VARIABLE

_KEY_NAME = re.compile(
    r"(api|app|access|secret|private|subscription)[-_.]?(key|id|token)|passw|pwd|secret|auth|signature|credential|jwt"
    r"|^(key|token|sig|pass|code)$",
    re.IGNORECASE,
)
_NO_KEY = re.compile(r"[A-Za-z_.,: -]*|[0-9]{1,6}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z?)?")
"""Words, small numbers and dates: keys that a machine made look otherwise."""

_SHORTEST_KEY = 8


def may_be_key(name: str, value: str) -> bool:
    """Whether a fixed parameter may be a key, by its name or by how it looks."""
    return is_named_as_key(name, value) or not (VARIABLE.search(value) or _NO_KEY.fullmatch(unquote_plus(value)))


def is_named_as_key(name: str, value: str) -> bool:
    """Whether a value stands under a name for keys."""
    return bool(VARIABLE.sub("", value) and _KEY_NAME.search(name))


def is_plain(text: str) -> bool:
    """Whether a word of a configuration, such as a name or a part of a path, can be no key, whatever variables are in it."""
    fixed = unquote_plus(VARIABLE.sub("", text))
    return len(fixed) < _SHORTEST_KEY or bool(_NO_KEY.fullmatch(fixed))
