"""Takes secrets out of texts: whole, in the encodings in which others repeat them, and of foreign texts pieces of them as well."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable
from functools import cached_property

from http_source.foreign.encodings import forms_of

HIDDEN = "[hidden]"

_SHORTEST = 4
"""Replacing shorter values would hide every other word and protect nothing."""

PIECE = 6
"""Characters in a row that are hidden wherever they stand in a secret.

Fewer than that are found in any text by chance, and let nobody guess the rest: five of a key's 20 or more characters leave 90 bits (of 64
letters each), and whoever sees five of a password's twelve has 2 to the 42 to try, at the server's pace.
"""

_MOST_LEARNED = 32
"""Tokens that late answers may repeat: a request lasts 30 s by default, and a token is renewed once a second at most."""

_MOST_SENT = 32
"""Requests whose own signatures are known: one for each thread that waits for an answer, and then some."""

_MOST_CUT = 8
"""Tokens whose pieces are hidden, too: the pieces of a token take half a megabyte."""

_EVERYBODYS = (
    HIDDEN, "authentication", "authorization", "application/json", "application/xml", "credentials", "password", "username", "connection",
    "secret", "bearer", "client", "server", "broker", "invalid", "example", "localhost", "https://", "http://",
)
"""Words of which servers make their sentences, and people their passwords: as a piece they give nothing away."""

Pattern = re.Pattern[str]


class Redactor:
    """Replaces every secret in a text by `[hidden]`: as it is, and in base64, URL-encoded, JSON-escaped and so on.

    One stands for a run, or a command: every edge is given the same one, and adds what it knows. Any thread may use it. What it takes to
    find a secret is made when there is a first text to clean: most runs have none.
    """

    def __init__(self, values: Iterable[str] = (), *, shown_in_part: Iterable[str] = ()) -> None:
        """`shown_in_part` are values that are hidden as a whole only, such as a media type in a header."""
        self._lock = threading.Lock()
        self._configured = _Known(values, shown_in_part)
        self._learned: deque[_Known] = deque(maxlen=_MOST_LEARNED)
        self._sent: deque[_Known] = deque(maxlen=_MOST_SENT)

    def __call__(self, text: str) -> str:
        """A text of our own without secrets."""
        configured, learned, sent = self._known()
        for each in (configured, *learned, *sent):
            text = each.pattern.sub(HIDDEN, text)
        return text

    def pieces(self, text: str) -> str:
        """A foreign text without secrets, and without what may be a piece of one: six characters in a row, or more.

        Whoever sends a text may have cut it, in the middle of a secret; so do line breaks, and so do we.
        """
        text = self(text)
        lowered = _lowered(text)
        configured, learned, sent = self._known()
        known = [each.pieces for each in (configured, *learned[-_MOST_CUT:], *sent)]
        starts = [start for start in range(len(lowered) - PIECE + 1) if _is_in(lowered[start : start + PIECE], known)]
        shown, end = [], 0
        for start, stop in _runs(starts):
            if not _is_everybodys(lowered[start:stop]):
                shown += [text[end:start], HIDDEN]
                end = stop
        return "".join([*shown, text[end:]])

    def add(self, *values: str) -> None:
        """Hide these as well, for good, such as the password of another connection of the same run."""
        with self._lock:
            self._configured = self._configured.plus(values)

    def learn(self, *values: str) -> None:
        """Hide these as well from now on, such as a token that was got at run time; of very many the newest are kept."""
        with self._lock:
            self._learned.append(_Known(values))

    def sign(self, *values: str) -> None:
        """Hide what one request alone is signed with, if an answer repeats it. Of very many the newest are kept."""
        with self._lock:
            self._sent.append(_Known(values))

    def _known(self) -> "tuple[_Known, tuple[_Known, ...], tuple[_Known, ...]]":
        with self._lock:
            return self._configured, tuple(self._learned), tuple(self._sent)


class _Known:
    """Values that are hidden, and what finds them."""

    def __init__(self, values: Iterable[str], whole: Iterable[str] = ()) -> None:
        """`whole` are those of which pieces are shown."""
        kept = frozenset(values), frozenset(whole)
        # In a closure: what lists an object's attributes finds a function and no text.
        self._values: Callable[[], tuple[frozenset[str], frozenset[str]]] = lambda: kept

    def plus(self, values: Iterable[str]) -> "_Known":
        """The same with more of them."""
        known, whole = self._values()
        return _Known(known.union(values), whole)

    @cached_property
    def pattern(self) -> Pattern:
        """Finds them as a whole."""
        return _pattern(frozenset().union(*self._values()))

    @cached_property
    def pieces(self) -> frozenset[str]:
        """All their pieces."""
        return _pieces_of(self._values()[0])


def _pattern(values: Iterable[str]) -> Pattern:
    forms = {form for value in values if len(value) >= _SHORTEST for form in forms_of(value) if len(form) >= _SHORTEST}
    # The longest first, since one secret may begin with another.
    if not forms:
        return re.compile(r"(?!)")
    # What was hidden before stays as it is, also where a secret is a part of that word.
    return re.compile("|".join(map(re.escape, (HIDDEN, *sorted(forms, key=len, reverse=True)))), re.IGNORECASE)


def _pieces_of(values: Iterable[str]) -> frozenset[str]:
    forms = {_lowered(form) for value in values for form in forms_of(value)}
    return frozenset(form[start : start + PIECE] for form in forms for start in range(len(form) - PIECE + 1))


def _is_in(piece: str, known: Iterable[frozenset[str]]) -> bool:
    return any(piece in pieces for pieces in known)


def _runs(starts: Iterable[int]) -> list[tuple[int, int]]:
    """Where pieces that overlap or touch begin and end together."""
    runs: list[tuple[int, int]] = []
    for start in starts:
        if runs and start <= runs[-1][1]:
            runs[-1] = runs[-1][0], start + PIECE
        else:
            runs.append((start, start + PIECE))
    return runs


def _is_everybodys(piece: str) -> bool:
    return any(piece in word for word in _EVERYBODYS)


def _lowered(text: str) -> str:
    """In small letters, each in the place of its own: the small letter of one capital is two."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
