"""Texts for the places where Dagster's UI takes Markdown: descriptions of assets, checks and their evaluations, and of observations."""

import re

_ADDRESS = r"(?:https?://|www\.)[^\s`]*[^\s`.,:;!?)\]'\"]|[-.\w+]+@[-\w]+(?:\.[-\w]+)+"
_START = r"^(?P<blank>\s*)(?P<number>\d*)(?P<mark>[-+=#>.)])"
_MARK = r"[\\`*~<\[|]|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_])"
_SPECIAL = re.compile(f"(?P<address>{_ADDRESS})|{_START}|{_MARK}", re.IGNORECASE | re.MULTILINE)


def as_it_is(text: str) -> str:
    """Markdown that shows a text as it is (CommonMark 0.31 §2.4): no picture is loaded from it, and nothing in it is a link.

    Addresses are written as code: GitHub's Markdown makes links even of escaped ones.
    """
    return _SPECIAL.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    if match["address"]:
        return f"`{match[0]}`"
    return f"{match['blank']}{match['number']}\\{match['mark']}" if match["mark"] else f"\\{match[0]}"
