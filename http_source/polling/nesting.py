"""How deep a JSON document is nested.

Parsers give up at depths of their own, which change with their version and with how deep the program itself is at that moment. One
limit below all of theirs lets every way through give the same verdict.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from http_source.model import Value

DEEPEST = 500
"""Arrays and objects within each other that are read."""

_USUAL = 8
"""Levels that are looked at all at once; the few documents with more of them are counted bracket by bracket."""

_OTHER = bytes(set(range(256)) - set(b'[]{}"'))
_ALIKE = bytes.maketrans(b"{}", b"[]")
_ESCAPED = re.compile(rb'\\["\\]')
_STRING = re.compile(rb'"[^"]*"?')
_STEPS = {ord("["): 1, ord("]"): -1}


def may_be_too_deep(body: bytes, records: Sequence[Value]) -> bool:
    """Whether a document that was cut into its records has to be looked at: short pieces have no room for many levels.

    Between records there are commas and blanks only, so what is left is the piece before the first and the one after the last (or a part
    of it, where a copy of that record stands in it: the rest is then read as deep as the parser goes). Each level takes a bracket that
    opens and one that closes, and a record stands within the levels of the pieces around it.
    """
    if not records:
        return len(body) > DEEPEST
    pieces = [body[: body.find(bytes(records[0]))], body[body.rfind(bytes(records[-1])) :]]
    if max(map(len, records)) > DEEPEST:
        pieces += [bytes(record) for record in records if len(record) > DEEPEST]
    return any(len(piece) > DEEPEST and piece.count(b"[") + piece.count(b"{") > DEEPEST // 2 for piece in pieces)


def is_too_deep(body: bytes) -> bool:
    """Whether a document has more than `DEEPEST` levels; bytes that are no JSON get some answer, too. It costs about as much as cutting."""
    # Each level takes a bracket that opens and one that closes.
    if len(body) <= 2 * DEEPEST:
        return False
    brackets = _brackets(body)
    return bool(_without_leaves(brackets)) and any(depth > DEEPEST for depth in accumulate(map(_STEPS.__getitem__, brackets)))


def _brackets(body: bytes) -> bytes:
    """The brackets that stand in no string, braces as brackets."""
    escaped = _ESCAPED.sub(b"", body) if b"\\" in body else body
    # Most strings hold no bracket: they are two quotes side by side now, which go many times faster than by the expression.
    rest = escaped.translate(_ALIKE, _OTHER).replace(b'""', b"")
    return _STRING.sub(b"", rest) if b'"' in rest else rest


def _without_leaves(brackets: bytes) -> bytes:
    """What is left when the usual number of levels is taken off from the inside: mostly nothing."""
    for _ in range(_USUAL):
        brackets = brackets.replace(b"[]", b"")
    return brackets
