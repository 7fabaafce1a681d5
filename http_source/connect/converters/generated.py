"""Functions that are written as text: straight lines for all places of a schema, where a closure for each place would cost a call.

What comes from outside (names, schemas, defaults, paths) is never in the text: it is an object that the text calls by a letter and a
number.
"""

from collections.abc import Callable, Iterable
from typing import Any

Lines = list[str]


class Code:
    """Functions that call each other, and the objects they use."""

    def __init__(self) -> None:
        self._text: Lines = []
        self._count = 0
        self._objects: dict[str, object] = {}
        self._names: dict[int, str] = {}

    def name(self, thing: object) -> str:
        """What the text calls an object; the same one has one name."""
        if id(thing) not in self._names:
            name = self._names[id(thing)] = f"c{len(self._names)}"
            self._objects[name] = thing
        return self._names[id(thing)]

    def function(self, parameters: str, body: Iterable[str]) -> str:
        """Write a function; its name, by which others call it."""
        name = f"w{self._count}"
        self._count += 1
        self._text += [f"def {name}({parameters}):", *indented(body)]
        return name

    def made(self, name: str) -> Callable[..., Any]:
        """The function of that name."""
        found = dict(self._objects)
        # The text is made of words of this package, numbers and the names above: nothing that anybody else wrote can be in it.
        exec(self.text, found)  # noqa: S102
        made: Callable[..., Any] = found[name]  # type: ignore[assignment]
        return made

    @property
    def text(self) -> str:
        """All functions."""
        return "\n".join(self._text)


def indented(lines: Iterable[str]) -> Lines:
    """Lines of what a line before them begins; `pass` where there are none."""
    return [f" {line}" for line in lines] or [" pass"]
