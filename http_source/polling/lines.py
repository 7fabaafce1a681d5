"""Cuts the records out of an answer with one JSON document a line (NDJSON, JSON Lines), byte for byte.

Only a line feed ends a line; blanks and a carriage return around a document are taken off, and blank lines passed over.
"""

import codecs
from contextlib import suppress

from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from http_source.errors import PageRefused
from http_source.foreign.text import Redact
from http_source.polling.cut import Cut, check_utf8, reason_of, start_of
from http_source.polling.looks import look_of
from http_source.polling.nesting import DEEPEST, is_too_deep
from http_source.polling.pointer import JsonText

_BLANKS = b" \t\r"


class LineCutter:
    """Cuts bodies at their lines; one for all entities and threads."""

    def __init__(self, redact: Redact | None = None) -> None:
        self._decoder = Decoder(Raw)
        self._redact = redact

    def cut(self, body: bytes) -> Cut:
        """The records: a body without any is an answer without records.

        Raises PageRefused, to be asked again, naming the line that is not one JSON document in UTF-8 (RFC 8259), or is nested too deeply.
        """
        content = body.removeprefix(codecs.BOM_UTF8)
        lines = [line.strip(_BLANKS) for line in content.split(b"\n")]
        for number, line in enumerate(lines, 1):
            if line and (fault := self._fault_of(line)):
                words = f"Line {number} of the answer is not one JSON document: {fault}. {self._look(content, line)}"
                raise PageRefused(words + start_of(line, self._redact))
        return Cut([line for line in lines if line])

    def _look(self, content: bytes, line: bytes) -> str:
        with suppress(DecodeError, RecursionError):
            self._decoder.decode(content)
            return "It is one JSON document on several lines: set `http.response.format=JSON`."
        try:
            check_utf8(line)
        except UnicodeDecodeError:
            return look_of(content, self._redact, is_utf8=False, in_lines=True)
        return look_of(content, self._redact, in_lines=True)

    def _fault_of(self, line: bytes) -> str:
        try:
            check_utf8(line)
            if is_too_deep(line):
                return f"it is nested more than {DEEPEST} levels deep, the most that is read"
            self._decoder.decode(line)
        except UnicodeDecodeError as error:
            return reason_of(error, line)
        except (DecodeError, RecursionError):
            return _fault_by_the_exact_way(line)
        return ""


def _fault_by_the_exact_way(line: bytes) -> str:
    """What the decoder refuses may be JSON all the same: lone surrogates."""
    try:
        JsonText(line.decode()).find(())
    except ValueError as error:
        return reason_of(error, line)
    return ""
