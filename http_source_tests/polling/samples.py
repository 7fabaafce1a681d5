"""Options and answers as the tests of this room write them: only what matters is said, the rest has its property's default."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from http_source.config.properties import (
    AuthOptions,
    CursorEnd,
    ErrorOptions,
    OffsetMode,
    OffsetOptions,
    PaceOptions,
    RequestOptions,
    RetryOptions,
    properties_of,
)
from http_source.model import Page, Position, Response
from http_source.polling.modes import mode_of
from http_source.polling.page import PageReader
from http_source.polling.request import RequestBuilder

Group = TypeVar("Group", AuthOptions, ErrorOptions, OffsetOptions, PaceOptions, RequestOptions, RetryOptions)


def options(group: type[Group], **values: Any) -> Group:
    return group(**({field: each.default for field, each in properties_of(group).items()} | values))


def simple(data_pointer: str = "/items") -> OffsetOptions:
    return options(OffsetOptions, data_pointer=data_pointer, initial="0")


def chaining(offset_pointer: str = "/id", *, as_string: bool = True) -> OffsetOptions:
    return options(
        OffsetOptions, mode=OffsetMode.CHAINING, data_pointer="/items", initial="0", offset_pointer=offset_pointer, as_string=as_string
    )


def cursor(end: CursorEnd = CursorEnd.FOLLOW, initial: str | None = None) -> OffsetOptions:
    return options(
        OffsetOptions,
        mode=OffsetMode.CURSOR_PAGINATION,
        data_pointer="/items",
        next_page_pointers=("/next",),
        cursor_end=end,
        initial=initial,
    )


def builder(request: RequestOptions, entity: str = "e", **offsets: Any) -> RequestBuilder:
    """The requests of an entity for tokens; of the offsets, what is said besides."""
    return RequestBuilder(request, entity, mode_of(options(OffsetOptions, **{"mode": OffsetMode.CURSOR_PAGINATION, **offsets})))


def answer(body: object, status: int = 200) -> Response:
    """An answer with the body as it is when it is bytes, else as JSON."""
    return Response(status, "https://api.test/items", body if isinstance(body, bytes) else json.dumps(body).encode())


def read(settings: OffsetOptions, body: object, position: Position, status: int = 200) -> Page:
    return PageReader(settings).read(answer(body, status), position)


def texts(page: Page) -> Sequence[str]:
    """The page's records as text."""
    return [bytes(record).decode() for record in page.records]
