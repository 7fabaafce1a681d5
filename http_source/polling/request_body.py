"""The body of a request. One that is JSON as it is written stays JSON, or is not sent."""

from http_source.config.json_body import fault_of_json, fault_of_template, has_variables_outside_strings, sends_json
from http_source.config.properties import RequestOptions
from http_source.errors import PageRefused
from http_source.model import Offset
from http_source.polling.template import Known, body_template

_NOTHING_SENT = "A body that is not JSON is not sent"


class Body:
    """The body of one entity's requests; `known` is what the variables but the offset stand for, and offsets may be `typed`."""

    def __init__(self, options: RequestOptions, known: Known, *, typed: bool = False) -> None:
        text = options.body or ""
        self._template = body_template(text, known, typed=typed)
        # Within a JSON string a value is escaped, so only others can break the body.
        self._is_checked = has_variables_outside_strings(text) and sends_json(options) and fault_of_template(text) is None

    def render(self, offset: Offset) -> bytes:
        """The body with the offset in every gap. Raises PageRefused, naming the property, when that makes JSON something else."""
        body = self._template.render(offset)
        if self._is_checked and (fault := self._fault(offset, body)):
            raise PageRefused(f"{_NOTHING_SENT}: {fault}", retriable=False)
        return body.encode()

    def _fault(self, offset: Offset, body: str) -> str:
        """Why the rendered body is not JSON, and what to do; empty when it is."""
        if offset and isinstance(offset, str) and str in self._template.gaps and fault_of_json(offset):
            return ("the offset is a text that is not JSON, and ${offset} is outside a JSON string in `http.request.body`. Write "
                    '"${offset}" there, in quotes.')
        if not fault_of_json(body):
            return ""
        if offset == "":
            return ("the offset is empty, and ${offset} is outside a JSON string in `http.request.body`. Set `http.initial.offset`, or "
                    "`http.empty.offset.omit=true`, which leaves the member out.")
        return "the entity's name or the offset is outside a JSON string in `http.request.body`. Write it there in quotes."
