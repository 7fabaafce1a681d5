"""JSON Path as Confluent's transforms read it: the dialect of Jayway's JsonPath, evaluated by python-jsonpath, never by `eval`.

Where the dialect differs from RFC 9535, it is followed: a filter on an object asks the object itself, not its members; a number
and a text may be equal; a regular expression matches the whole text. A field that is null or missing inside a filter is undefined,
and no comparison with it holds.

Sources: the README of Jayway's JsonPath; "Filter (Confluent)" in Confluent's reference of transforms.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, Self

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError, JSONPathMatch, NodeList, Parser
from jsonpath.filter import BaseExpression, FilterExpressionLiteral
from jsonpath.selectors import Filter
from jsonpath.stream import TokenStream

from http_source.config.types import STRING, Simple
from http_source.connect.transforms.java_regex import JavaRegex
from http_source.connect.transforms.transform import TransformRefused


class _ObjectFilter(Filter):
    def resolve(self, node: JSONPathMatch) -> Iterable[JSONPathMatch]:
        """The object itself where the filter holds for it, else the elements for which it holds."""
        return super().resolve(node.new_child([node.obj], 0) if isinstance(node.obj, Mapping) else node)


class _Regex(FilterExpressionLiteral[JavaRegex]):
    """A regular expression in a path."""


class _Parser(Parser):
    def parse_filter_selector(self, stream: TokenStream, *, keys: bool = False) -> Any:
        """A filter of this dialect."""
        parsed = super().parse_filter_selector(stream, keys=keys)
        return _ObjectFilter(env=self.env, token=parsed.token, expression=parsed.expression) if isinstance(parsed, Filter) else parsed

    def parse_regex(self, stream: TokenStream) -> BaseExpression:
        """A regular expression of Java, its flags as Java writes them in front."""
        pattern, flags = stream.next().value, stream.next().value
        return _Regex(value=JavaRegex(f"(?{flags}){pattern}" if flags else pattern))


class _Dialect(JSONPathEnvironment):
    parser_class = _Parser

    def setup_function_extensions(self) -> None:
        """No functions: Jayway's have other names, and some of RFC 9535's match regular expressions without a time limit."""

    def compare(self, left: object, operator: str, right: object) -> bool:
        """Whether a comparison in a filter holds."""
        if operator in {"&&", "||"}:
            return super().compare(left, operator, right)
        # A null on the right is the word null, so that `!= null` asks for a value that is there.
        if _undefined(left) or (_undefined(right) and right is not None):
            return False
        return _COMPARISONS[operator](left, right)

    def is_truthy(self, obj: object) -> bool:
        """Whether a part of a filter holds: a comparison that does, a path that leads to anything but null."""
        return any(match.obj is not None for match in obj) if isinstance(obj, NodeList) else super().is_truthy(obj)


_ENVIRONMENT = _Dialect(filter_caching=False)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A JSON Path, ready to be asked."""

    text: str
    _whole: JSONPath = field(repr=False, compare=False)
    _start: JSONPath = field(repr=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The path of a text. Raises ValueError for what is none, or one of its several."""
        whole = _compiled(text)
        if whole is None:
            raise ValueError(
                "Expected a JSON Path such as $.book[?(@.author == 'Tolstoy')], "
                "with the operators ==, !=, <, <=, >, >=, =~, in, contains, &&, || and !"
            )
        return cls(text, whole, _definite_start(whole))

    @property
    def definite(self) -> bool:
        """Whether it leads to one place: names and indexes only."""
        return self._whole.singular_query()

    def value(self, document: dict[str, Any] | list[Any]) -> Any:
        """The first thing it leads to; null where there is nothing. Raises TransformRefused."""
        match = _guarded(lambda: self._whole.match(document))
        return None if match is None else match.obj

    def holds(self, document: dict[str, Any] | list[Any]) -> bool | None:
        """Whether it leads to anything; None when what comes before its first filter is null or missing. Raises TransformRefused."""
        start = _guarded(lambda: self._start.match(document))
        if start is None or start.obj is None:
            return None
        return self.definite or _guarded(lambda: self._whole.match(document)) is not None


def _compiled(text: str) -> JSONPath | None:
    try:
        path = _ENVIRONMENT.compile(text) if text else None
    except (JSONPathError, RecursionError, OverflowError):
        return None
    return path if isinstance(path, JSONPath) else None


def _definite_start(path: JSONPath) -> JSONPath:
    """The longest beginning of a path that leads to one place."""
    parts = [JSONPath(env=_ENVIRONMENT, segments=path.segments[:end]) for end in range(len(path.segments), -1, -1)]
    return next(part for part in parts if part.singular_query())


def _guarded(ask: Callable[[], JSONPathMatch | None]) -> JSONPathMatch | None:
    try:
        return ask()
    except (JSONPathError, RecursionError):
        raise TransformRefused("The JSON Path cannot be evaluated on this record: it is nested too deeply or has other types.") from None


def _undefined(value: object) -> bool:
    return value is None or (isinstance(value, NodeList) and not value) or value != value  # noqa: PLR0124  NaN is unlike itself


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    # By way of its text, so that 0.1 in a path is the 0.1 of a document.
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _same(left: Any, right: Any) -> bool:
    number = _number(left)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if number is not None and isinstance(right, str):
        return number == _parsed(right)
    if isinstance(left, str) and (other := _number(right)) is not None:
        return left == str(other)
    return bool(left == right) if number is None else number == _number(right)


def _parsed(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        first, second = _number(left), _number(right)
        return first is not None and second is not None and compare(first, second)

    return holds


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(_same(each, right) for each in left)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": _same, "!=": lambda left, right: not _same(left, right), "<>": lambda left, right: not _same(left, right),
    "<": _ordered(lt), "<=": _ordered(le), ">": _ordered(gt), ">=": _ordered(ge),
    "contains": _contains, "in": lambda left, right: isinstance(right, list) and _contains(right, left),
    "=~": lambda left, right: isinstance(left, str) and isinstance(right, JavaRegex) and right.matches(left),
}

JSON_PATH = Simple("string", "a JSON Path", lambda value: JsonPath.parse(STRING.parse(value)))
