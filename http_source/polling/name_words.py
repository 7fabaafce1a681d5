"""The words of a name, however it joins them: `updatedAt`, `updated_at`, `filter[updated-at]`."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def words_of(name: str) -> Sequence[str]:
    """In lower case."""
    return [word.lower() for word in _WORD.findall(name)]


def joined_alike(words: Sequence[str], name: str) -> str:
    """Words joined as those of a name are: with capitals where it has some and no other mark, else with underscores."""
    if re.fullmatch("[a-z]+([A-Z][A-Za-z]*)+", name):
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return "_".join(words)
