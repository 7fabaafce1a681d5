"""The headers of a request: prepared once where none of them holds the offset."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from http_source.config.lists import parse_headers
from http_source.config.properties import RequestOptions
from http_source.config.types import text_of
from http_source.config.variables import VARIABLE
from http_source.errors import PageRefused
from http_source.model import Offset
from http_source.polling.template import Known, Template, header_template

_SENDABLE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?")


class Headers:
    """The headers of one entity's requests.

    Sensitive ones win over plain ones, and those over the defaults; names in any case are the same.
    """

    def __init__(self, options: RequestOptions, known: Known) -> None:
        written = _written(options)
        self._templates = {name: header_template(text, known) for name, text in written.items()}
        self._varying = tuple(name for name, text in written.items() if VARIABLE.search(text))
        values = {name: template.texts[0] for name, template in self._templates.items() if not template.gaps}
        self._prepared = MappingProxyType(values) if len(values) == len(written) and not self._unfit(values) else None

    def render(self, offset: Offset) -> Mapping[str, str]:
        """The headers with the offset in every gap. Raises PageRefused, naming the header, when that makes one that cannot be sent."""
        if self._prepared is not None:
            return self._prepared
        values = {name: template.render(offset) for name, template in self._templates.items()}
        if unfit := self._unfit(values):
            raise _refused(unfit, self._templates[unfit])
        return values

    def _unfit(self, values: Mapping[str, str]) -> str:
        """The first header that holds what no header can (RFC 9110 §5.5); empty for none. The fixed ones are checked when they are read."""
        return next((name for name in self._varying if not _SENDABLE.fullmatch(values.get(name, ""))), "")


def _written(options: RequestOptions) -> Mapping[str, str]:
    defaults = [("Accept", "application/json"), *([("Content-Type", "application/json")] if options.method == "POST" else [])]
    texts = (options.headers or "", text_of(options.sensitive_headers))
    written = [pair for text in texts for pair in parse_headers(text, options.headers_separator)]
    return dict({name.lower(): (name, value) for name, value in (*defaults, *written)}.values())


def _refused(name: str, template: Template) -> PageRefused:
    cause = "offset" if template.gaps else "entity's name"
    return PageRefused(
        f"The header {name} cannot be sent: with the {cause} it would hold control characters, letters beyond visible ASCII, or blanks at "
        "its ends. No request was sent. Put the variable into `http.request.parameters` or `http.request.body`, where any text can stand.",
        retriable=False,
    )
