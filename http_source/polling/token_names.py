"""The parameters that probably take a token of an answer, by the name under which it is given."""

import re
from collections.abc import Sequence

from http_source.polling.modes.cursor_pagination import HEADER
from http_source.polling.name_words import joined_alike, words_of
from http_source.polling.signpost import Sign

_BARE = frozenset({"token", "key", "marker"})
"""What says too little without the `next` before it, so that APIs mostly take it with that."""

_EXTENSION = re.compile("(?i)x-(ms-)?")


def names_for(sign: Sign) -> Sequence[str]:
    """The two likeliest, the likelier first: `nextPageToken` is mostly sent as `pageToken`, `next_cursor` as `cursor`."""
    name = _EXTENSION.sub("", sign.name, count=1) if sign.finder == HEADER else sign.name
    words = [word for word in words_of(name) if word != "odata"]
    if words == ["next"]:
        return ("page", "next") if sign.value.isdecimal() else ("next", "cursor")
    whole = joined_alike(words, name)
    if words[0] == "next":
        rest = joined_alike(words[1:], name)
        return (whole, rest) if len(words) == 2 and words[1] in _BARE else (rest, whole)  # noqa: PLR2004
    camel = words[0] + "".join(map(str.capitalize, words[1:]))
    return (whole, "cursor" if camel == whole else camel) if whole != "cursor" else (whole, "after")
