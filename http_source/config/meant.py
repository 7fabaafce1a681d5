"""What a person may have meant by a value that is not accepted."""

import re
from datetime import date, datetime

_KINDS = {
    bool: "a boolean, as YAML reads yes, no, on, off, true and false; put it in quotes", float: "a fraction; put it in quotes",
    type(None): "null; put it in quotes", datetime: "a date; put it in quotes", date: "a date; put it in quotes",
    list: "a list", tuple: "a list", dict: "an object",
}


def kind_of(value: object) -> str:
    """What a value is that is not a text, and what makes it one."""
    return _KINDS.get(type(value), "of another type")


def pointer_of(text: str) -> str:
    """The JSON Pointer that a JSONPath, a dotted path, a URI fragment or a bare `~` was meant to be."""
    path = text.removesuffix("[*]")
    parts = [path[1:]] if path.startswith("/") else re.findall(r"[^.\[\]'\"/]+", path.lstrip("$#"))
    return "/" + re.sub("~(?![01])", "~0", "/".join(parts))
