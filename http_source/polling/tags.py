"""Entity tags (RFC 9110 §8.8.3): a request is repeated under the condition that its answer has changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from http_source.config.options.response import CONDITION
from http_source.model import Page, Position, Request, Response, header_of

_KEPT = 2
"""The last page and the one behind it, which are asked for in turn."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The tag of an answer, verbatim, and the URL that was asked for.

    Attributes:
        was_condition: whether the answer's request was conditional.
    """

    url: str = field(repr=False)
    value: str = field(repr=False)
    was_condition: bool = False

    @classmethod
    def of(cls, request: Request, response: Response, *, was_condition: bool) -> "Tag":
        """That of an answer; empty where it has none."""
        return cls(request.url, header_of(response.headers, "etag"), was_condition)


Tags = Sequence[Tag]
"""Those of the last answers that repeat; in memory only, since nobody else knows what they stood for."""


def conditional(request: Request, tags: Tags) -> Request:
    """The request under the condition that its answer is another one than that which is known; as it is where none is."""
    value = next((tag.value for tag in tags if tag.url == request.url), None)
    return request if value is None else replace(request, headers={**request.headers, CONDITION: value})


def tags_after(tags: Tags, tag: Tag, page: Page, before: Position) -> Tags:
    """What is known once a page was accepted, of whose answer that is the tag."""
    if page.position.place != before.place:
        return ()
    others = tuple(each for each in tags if each.url != tag.url)
    if not page.repeats:
        return others
    # An answer that says nothing but that it is what it was may leave its tag out.
    known = tag if tag.value else next((each for each in tags if tag.was_condition and each.url == tag.url), None)
    return (known, *others)[:_KEPT] if known else others
