"""One answer of an API with what it was asked with, and a way of paging that may follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from http_source.config.properties import OffsetMode, ResponseFormat
from http_source.config.variables import escaped
from http_source.model import Response
from http_source.polling.chain_field import Field
from http_source.polling.given_url import GivenUrl, Parameter
from http_source.polling.parameter_roles import Role
from http_source.polling.records_place import Records
from http_source.polling.signpost import Sign, signs_of


@dataclass(frozen=True)
class Evidence:
    """One answer and what it was asked with."""

    url: GivenUrl
    response: Response
    format: ResponseFormat
    records: Records

    @cached_property
    def signs(self) -> Sequence[Sign]:
        """What in the answer looks like the way to the next page."""
        return signs_of(self.response, self.format)

    def base(self, mode: OffsetMode) -> dict[str, str]:
        """The properties that all proposals of a mode have."""
        is_json = self.format is ResponseFormat.JSON
        place = {"http.response.data.json.pointer": self.records.pointer} if is_json else {"http.response.format": self.format.value}
        return {"url": escaped(self.url.address), "http.offset.mode": mode.value, **place}

    @property
    def size(self) -> Parameter | None:
        """The parameter that says how many records a page holds; None where the answer holds more."""
        size = self.url.with_role(Role.SIZE)
        return size if size and size.value and int(size.value) >= max(len(self.records.values), 1) else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way of paging.

    Attributes:
        mode: `http.offset.mode`.
        because: what speaks for it, as a sentence.
        token: what the next request takes, where only that request shows whether the parameter takes it, or a relative URL leads on.
        parameter: the one that takes `${offset}`; empty where none does.
        chained: the field of the records whose value it takes, where that was looked for.
        others: the same with other names for the parameter.
    """

    mode: OffsetMode
    because: str
    properties: Mapping[str, str]
    token: str = ""
    parameter: str = ""
    chained: Field | None = None
    others: Sequence["Proposal"] = field(default=())
